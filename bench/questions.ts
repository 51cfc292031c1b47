// The questions of the query benchmark, each in three ways: as text through the whole pipeline, asked of the inventory
// directly, and in SQL by hand. Every way answers with the same short text, so that answers are checked before anything
// is timed.
import type { Reply } from '../src/commands/reply.ts'
import { plainWords } from '../src/commands/words.ts'
import type { Query } from '../src/grammar/ast.ts'
import type { Inventory } from '../src/inventory/inventory.ts'
import { lookup, lookupAll } from '../src/inventory/query/lookup.ts'
import { type Selection, select } from '../src/inventory/query/select.ts'
import { infoOfNamed, type ThingInfo } from '../src/inventory/read/info.ts'
import { locateLines } from '../src/inventory/read/locate.ts'
import { valuesOfNamed } from '../src/inventory/read/values.ts'
import { allocateAddresses, releaseAddress } from '../src/inventory/resources/addresses.ts'
import { setAttributes } from '../src/inventory/write/attributes.ts'
import { ADDRESSES, addressOf, rackName, serverName } from './data.ts'
import * as sql from './sql.ts'

export interface Ways {
  /** One message each, through the pipeline and rendered. */
  text(messages: readonly string[]): Promise<Reply[]>
  readonly inventory: Inventory
  /** The expression of a message, parsed beforehand. */
  query(message: string): Query
  /** A prepared statement. */
  rows<Row>(statement: sql.Statement, ...bindings: readonly string[]): Promise<Row[]>
  /** All in one transaction; answers with the rows of the last. */
  transaction<Row>(statements: readonly (readonly [sql.Statement, ...string[]])[]): Promise<Row[]>
}

export interface Question {
  readonly number: string
  readonly title: string
  readonly kind: 'point' | 'set'
  /** What every way answers. */
  readonly expected: string
  /** Of set questions, whose answers count up to 10,000 only: the whole number. */
  readonly exact?: { readonly message: string; readonly count: number }
  text(ways: Ways): Promise<string>
  layer(ways: Ways): Promise<string>
  sql(ways: Ways): Promise<string>
}

interface Named {
  readonly name: string
}

const PAGE = 50
const CAPPED = 10_001

/** For a datacenter of so many servers; the numbers are known for 2,000 and 20,000 and made by `count` else. */
export function questions(racks: number, count: Counts): Question[] {
  const number = racks * 10 + 7
  const rack = racks / 2 + 1
  const m = serverName(number)
  return [
    byName(m),
    page('2', 'all servers', 'driver:Server', sql.ALL, [], count.all),
    page('3', 'status unallocated', 'driver:Server and attr:status,unallocated', sql.STATUS, [], count.unallocated),
    {
      ...page('4', 'in one rack', 'driver:Server connected to name:rack002', sql.RACK, ['rack002'], 20),
      kind: 'point',
    },
    apart(),
    locate(m, rack),
    page('7', 'all servers in dc1', 'driver:Server in name:dc1', sql.INSIDE, ['dc1'], count.all),
    page('8a', 'pool production', 'pool:production', sql.POOL, ['production'], count.production),
    page(
      '8b',
      'production and dbslave',
      'pool:production and pool:dbslave',
      sql.POOLS,
      ['production', 'dbslave'],
      count.both,
    ),
    setOwner(m),
    nextAddress(m),
    info(m, rack),
    holder(),
    page(
      '13',
      'cpu or memory, in dc1',
      'driver:Server and (attr:system.cpucount>=16 or attr:system.memory>=131072) in name:dc1',
      sql.SET,
      ['dc1'],
      count.large,
    ),
  ]
}

export interface Counts {
  readonly all: number
  readonly unallocated: number
  readonly production: number
  readonly both: number
  readonly large: number
}

const names = (things: readonly Named[]): string => things.map(({ name }) => name).join(' ')

function byName(m: string): Question {
  return {
    number: '1',
    title: 'one by name',
    kind: 'point',
    expected: m,
    text: async ({ text }) => names(thingsOf(await text([`name:${m}`]))),
    layer: async ({ inventory }) => (await inventory.read((view) => lookup(view, { text: m, at: 0 }))).name,
    sql: async ({ rows }) => names(await rows<Named>(sql.BY_NAME, m)),
  }
}

/** A set: its first page and how many it has, up to 10,000. */
function page(
  number: string,
  title: string,
  message: string,
  statement: sql.Statement,
  bindings: readonly string[],
  count: number,
): Question {
  const total = Math.min(count, CAPPED)
  const summary = (things: readonly Named[], total: number) => `${total}: ${things.length}`
  return {
    number,
    title,
    kind: 'set',
    expected: `${total}: ${Math.min(count, PAGE)}`,
    exact: { message, count },
    async text({ text }) {
      const [reply] = await text([message])
      return reply?.kind === 'things' ? summary(reply.things, reply.total) : ''
    },
    async layer(ways) {
      const { things, total } = await ask(ways, message)
      return summary(things, total)
    },
    async sql({ rows }) {
      const found = await rows<Named & { total: number }>(statement, ...bindings)
      return summary(found, found[0]?.total ?? 0)
    },
  }
}

function apart(): Question {
  const message = 'driver:Server and attr:status,unallocated in name:dc1 limit 4 distinct rack'
  return {
    number: '5',
    title: '4 in different racks',
    kind: 'point',
    expected: 's00003 s00028 s00052 s00062',
    text: async ({ text }) => names(thingsOf(await text([message]))),
    layer: async (ways) => names((await ask(ways, message)).things),
    sql: async ({ rows }) => names(await rows<Named>(sql.APART, 'dc1')),
  }
}

function locate(m: string, rack: number): Question {
  const lines = [
    `connected to port 7 on ${rackName('sw', rack)}`,
    `connected to port 7 on ${rackName('pdu', rack)}`,
    `connected to RU7 in ${rackName('rack', rack)}`,
  ]
  const places = (answer: readonly string[]) =>
    answer
      .map((line) => line.slice(`${m} -> `.length))
      .filter((line) => line.startsWith('connected'))
      .join('; ')
  return {
    number: '6',
    title: 'locate',
    kind: 'point',
    expected: lines.join('; '),
    async text({ text }) {
      const [reply] = await text([`locate ${m}`])
      return reply?.kind === 'lines' ? places(reply.lines.map(plainWords)) : ''
    },
    layer: ({ inventory }) => inventory.read(async (view) => places(await locateLines(view, { text: m, at: 0 }, null))),
    async sql({ rows }) {
      const found = await rows<Named & { kind: string; number: number | null }>(sql.LOCATE, m)
      return found
        .filter(({ number }) => number !== null)
        .map(
          ({ kind, number, name }) =>
            `connected to ${kind === 'port' ? 'port ' : 'RU'}${number} ${kind === 'port' ? 'on' : 'in'} ${name}`,
        )
        .join('; ')
    },
  }
}

function setOwner(m: string): Question {
  // Another value each time, or there is nothing to write.
  let turn = 0
  const next = () => `owner${++turn}`
  const told = (value: unknown, wanted: string) => (value === wanted ? 'as set' : String(value))
  const entry = (command: string) => ({ operator: 'os:bench', command, because: null, message: null })
  return {
    number: '9',
    title: 'set and read back',
    kind: 'point',
    expected: 'as set',
    async text({ text }) {
      const owner = next()
      const [, reply] = await text([`attr set ${m} owner ${owner}`, `attr get ${m} owner`])
      return told(reply?.kind === 'values' ? reply.rows[0]?.value : '', owner)
    },
    async layer({ inventory }) {
      const value = next()
      const key = { key: 'owner', subkey: null, number: null }
      await inventory.change(entry(`attr set ${m} owner ${value}`), async (change) => {
        const thing = await lookup(change, { text: m, at: 0 })
        await setAttributes(change, [{ thing, port: '' }], [{ key, values: [{ type: 'text', value }] }])
      })
      return inventory.read(async (view) => {
        const rows = await valuesOfNamed(view, m, { keys: [key], port: '', inherited: false, moment: null })
        return told(rows?.[0]?.value, value)
      })
    },
    async sql({ rows, transaction }) {
      const value = next()
      await transaction([[sql.LOCK], [sql.SET_OWNER, m, value, `attr set ${m} owner ${value}`]])
      const [found] = await rows<{ text: string }>(sql.OWNER, m)
      return told(found?.text, value)
    },
  }
}

/** The next address to M and back; then the one of s00077 back, which is the lowest free one, and to it again. */
function nextAddress(m: string): Question {
  const [other, freed] = [serverName(77), addressOf(77)]
  const entry = (command: string) => ({ operator: 'os:bench', command, because: null, message: null })
  const cycle = async (
    take: (to: string) => Promise<string>,
    give: (from: string, address: string) => Promise<unknown>,
  ) => {
    const next = await take(m)
    await give(m, next)
    await give(other, freed)
    return `${next} ${await take(other)}`
  }
  return {
    number: '10',
    title: 'next address, twice',
    kind: 'point',
    expected: `${addressOf(ADDRESSES + 1)} ${freed}`,
    text: ({ text }) =>
      cycle(
        async (to) => {
          const [reply] = await text([`ip allocate ${to} from net10`])
          return reply?.kind === 'change' ? String(reply.chosen?.address) : ''
        },
        (from, address) => text([`ip release ${from} ${address}`]),
      ),
    layer: ({ inventory }) =>
      cycle(
        async (to) => {
          const { result } = await inventory.change(entry(`ip allocate ${to} from net10`), async (change) => {
            const names = [to, 'net10'].map((text) => ({ text, at: 0 }))
            const [thing, network] = await lookupAll(change, names)
            return thing && network ? allocateAddresses(change, [thing], { network }) : []
          })
          return result[0]?.address ?? ''
        },
        (from, address) =>
          inventory.change(entry(`ip release ${from} ${address}`), async (change) =>
            releaseAddress(change, await lookup(change, { text: from, at: 0 }), address, null),
          ),
      ),
    sql: ({ transaction }) =>
      cycle(
        async (to) => {
          const [row] = await transaction<{ address: string }>([
            [sql.LOCK],
            [sql.ALLOCATE, to, 'net10', `ip allocate ${to} from net10`],
          ])
          return row?.address ?? ''
        },
        (from, address) => transaction([[sql.LOCK], [sql.RELEASE, from, address, `ip release ${from} ${address}`]]),
      ),
  }
}

function info(m: string, rack: number): Question {
  const summary = (name: string, attributes: number, parents: readonly string[], cables: number) =>
    `${name} ${attributes} ${parents.includes(rackName('rack', rack))} ${cables}`
  return {
    number: '11',
    title: 'info',
    kind: 'point',
    expected: summary(m, 8, [rackName('rack', rack)], 2),
    async text({ text }) {
      const [reply] = await text([`info ${m}`])
      return reply?.kind === 'info' ? told(reply.things) : ''
    },
    layer: ({ inventory }) =>
      inventory.read(async (view) => {
        const named = await infoOfNamed(view, m)
        return named ? told([named]) : ''
      }),
    async sql({ rows }) {
      const [thing] = await rows<{ name: string; attributes: object[]; parents: Named[]; cables: object[] }>(
        sql.INFO,
        m,
      )
      if (!thing) return ''
      const { name, attributes, parents, cables } = thing
      return summary(
        name,
        attributes.length,
        parents.map(({ name }) => name),
        cables.length,
      )
    },
  }
  function told(things: readonly ThingInfo[]): string {
    const [thing] = things
    if (!thing) return ''
    return summary(
      thing.name,
      thing.attrs.length,
      thing.parents,
      thing.ports.filter(({ peer }) => peer !== null).length,
    )
  }
}

function holder(): Question {
  const message = 'ip:10.0.0.77'
  return {
    number: '12',
    title: 'who has an address',
    kind: 'point',
    expected: 's00077',
    text: async ({ text }) => names(thingsOf(await text([message]))),
    layer: async (ways) => names((await ask(ways, message)).things),
    sql: async ({ rows }) => names(await rows<Named>(sql.HOLDER, '10.0.0.77')),
  }
}

function thingsOf([reply]: readonly Reply[]): readonly Named[] {
  return reply?.kind === 'things' ? reply.things : []
}

function ask({ inventory, query }: Ways, message: string): Promise<Selection> {
  return inventory.read((view) => select(view, query(message), { limit: PAGE, now: new Date() }))
}
