// Attributes of things and of their ports.
import type { Expression, Key, Pair, ThingName, Value } from '../grammar/ast.ts'
import { printKey } from '../grammar/key.ts'
import { readPart } from '../grammar/part.ts'
import type { Change } from '../inventory/change.ts'
import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { nameAlone, select, selectForChange } from '../inventory/query/select.ts'
import type { Moment } from '../inventory/query/source.ts'
import { refuseAbsentPort } from '../inventory/read/ports.ts'
import { valuesOf, valuesOfNamed } from '../inventory/read/values.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { addAttributes, deleteAttributes, type Holder, setAttributes } from '../inventory/write/attributes.ts'
import { type Asking, changeCommand, type Plan, readCommand } from './command.ts'
import { summaries } from './targets.ts'

export const attrGet = readCommand({
  name: 'attr get',
  summary: 'The attributes of things or of a port: all, or those of some keys; inherited ones on request',
  syntax: 'attr get <things:expr> [<keys:key>...] [inherited] [as of <when>]',
  examples: [
    'attr get server1',
    'attr get server1 env inherited',
    'attr get server1:nic-eth:1',
    'attr get server1 _ip',
  ],
  async run({ things, keys, inherited, when }, { view, now, limit }) {
    const moment = await momentOf(view, when ?? null, now)
    const port = portIn(things)
    const query = { expression: things, limit: null, distinct: null, sort: null, asOf: when ?? null }
    const ask = {
      keys: keys === undefined || keys.length === 0 ? null : keys,
      port: port?.port ?? '',
      inherited: inherited === true,
      moment,
    }
    const name = port ? null : nameAlone(query)
    const own = name === null ? null : await valuesOfNamed(view, name, ask)
    if (own) return { kind: 'values', rows: own, warnings: [] }
    const found = port
      ? { things: [await portHolder(view, port, moment)], total: 1, warnings: [] }
      : await select(view, query, { limit, now })
    const rows = await valuesOf(view, found.things, ask)
    const shown = found.things.length
    return {
      kind: 'values',
      rows,
      ...(shown < found.total && { more: `these are of the first ${shown} things: ask for fewer to see the others` }),
      warnings: found.warnings,
    }
  },
})

export const attrSet = changeCommand({
  name: 'attr set',
  summary: 'Sets a key of things to a value, or to several values: what it held before goes',
  syntax: 'attr set <things:expr> (<key> <values:value>... | <pairs:pair>...)',
  examples: [
    'attr set server1 env lab',
    'attr set web01 env=prod rack=4',
    'attr set server1:nic-eth:2 mac 00:50:c2:00:01:01',
  ],
  async plan({ things, key, values = [], pairs = [] }, asking) {
    const sets = key === undefined ? grouped(pairs) : [{ key, values }]
    return planRows(asking, things, (holders) => ({
      write: (change) => setAttributes(change, holders, sets),
      line: (name) => sets.map(({ key, values }) => `${name} ${printKey(key)} = ${values.map(printValue).join(', ')}`),
      none: (name) =>
        `${name} already has ${sets.map(({ key, values }) => `${printKey(key)} = ${values.map(printValue).join(', ')}`).join(', ')}`,
    }))
  },
})

export const attrAdd = changeCommand({
  name: 'attr add',
  summary: 'Adds values to a key of things; `key#` takes the next number',
  syntax: 'attr add <things:expr> (<key> <values:value>... | <pairs:pair>...)',
  examples: ['attr add server1 alias www mail', 'attr add server1 disk# 500G'],
  async plan({ things, key, values = [], pairs = [] }, asking) {
    const adds = key === undefined ? grouped(pairs) : [{ key, values }]
    return planRows(asking, things, (holders) => ({
      async write(change) {
        let rows = 0
        for (const { key, values } of adds) rows += await addAttributes(change, holders, key, values)
        return rows
      },
      line: (name) => adds.map(({ key, values }) => `${name} ${printKey(key)} + ${values.map(printValue).join(', ')}`),
      none: (name) => `${name} is as it was`,
    }))
  },
})

export const attrDel = changeCommand({
  name: 'attr del',
  summary: 'Deletes a key of things, or only some of its values',
  syntax: 'attr del <things:expr> <key> [<values:value>...]',
  examples: ['attr del server2 foo', 'attr del server2 foo 12'],
  async plan({ things, key, values = [] }, asking) {
    return planRows(asking, things, (holders) => ({
      write: (change) => deleteAttributes(change, holders, key, values.length === 0 ? null : values),
      line: (name) => [`${name} ${printKey(key)} deleted: ${values.map(printValue).join(', ')}`],
      ...(values.length === 0 && { total: (about, rows) => `${about} ${printKey(key)} deleted: ${counted(rows)}` }),
      none: (name) => `${name} has no ${printKey(key)}`,
    }))
  },
})

interface Work {
  write(change: Change): Promise<number>
  line(name: string): readonly string[]
  none(name: string): string
  /** What is said instead of a line for each thing, where the number of rows is what counts. */
  total?(about: string, rows: number): string
}

// More lines than this tell nobody anything: the count does.
const MOST_LINES = 20

async function planRows(
  { view, now }: Asking,
  things: Expression,
  work: (holders: readonly Holder[]) => Work,
): Promise<Plan> {
  const port = portIn(things)
  const found = port ? [await lookup(view, port.thing)] : await selectForChange(view, things, now)
  const holders = found.map((thing) => ({ thing, port: port?.port ?? '' }))
  const { write, line, none, total } = work(holders)
  return {
    targets: summaries(found),
    async run(change) {
      const rows = await write(change)
      const names = holders.map(({ thing, port }) => (port === '' ? thing.name : `${thing.name}:${port}`))
      const done =
        names.length > MOST_LINES
          ? [`${rows} values written on ${names.length} things`]
          : rows === 0
            ? names.map(none)
            : total
              ? [total(names.join(', '), rows)]
              : names.flatMap(line)
      return { kind: 'change', done, changed: rows }
    },
  }
}

interface NamedPort {
  readonly thing: ThingName
  readonly port: string
}

/** The thing whose port is named; throws as `lookup`, and `unknown-port`. */
async function portHolder(view: View, { thing: name, port }: NamedPort, moment: Moment): Promise<ThingRow> {
  const thing = await lookup(view, name, moment)
  await refuseAbsentPort(view, thing, port, moment)
  return thing
}

/** The port that an expression names, where it is nothing but that: `server1:nic-eth:1`. */
function portIn(expression: Expression): NamedPort | null {
  if (expression.tag !== 'name' || expression.pattern.tag !== 'exact') return null
  const part = readPart(expression.pattern.text)
  if (part?.tag !== 'port') return null
  return { thing: { text: part.name, at: expression.at }, port: `${part.type}:${part.number}` }
}

/** `env=prod env=lab rack=4`: the values of each key, in the order typed. */
function grouped(pairs: readonly Pair[]): { key: Key; values: Value[] }[] {
  const groups = new Map<string, { key: Key; values: Value[] }>()
  for (const { key, value } of pairs) {
    const group = groups.get(printKey(key)) ?? { key, values: [] }
    group.values.push(value)
    groups.set(printKey(key), group)
  }
  return [...groups.values()]
}

function counted(rows: number): string {
  return rows === 1 ? '1 value' : `${rows} values`
}

function printValue({ value }: Value): string {
  return String(value)
}
