// Everything that is known about things: attributes, where they are, addresses and ports.
import type { Query } from '../grammar/ast.ts'
import { readPart } from '../grammar/part.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { nameAlone, select } from '../inventory/query/select.ts'
import { infoOf, infoOfNamed, type ThingInfo } from '../inventory/read/info.ts'
import { type Inner, partLines } from '../inventory/read/part.ts'
import { ownText, ownThings } from '../inventory/resources/own-things.ts'
import type { View } from '../inventory/view.ts'
import { readCommand } from './command.ts'

export const info = readCommand({
  name: 'info',
  summary: 'Everything that is known about things; also of a port, or of a rack unit',
  syntax: 'info <query>',
  examples: ['info server1', 'info rack101 as of version 1', 'info server1:nic-eth:1', 'info rack101:U13'],
  async run({ query }, { view, now, limit }) {
    const part = partAlone(query)
    if (part)
      return {
        kind: 'lines',
        lines: await partLines(view, part, await momentOf(view, query.asOf, now), { whole: true }),
      }
    const name = nameAlone(query)
    const named = name === null ? null : await infoOfNamed(view, name)
    if (named) return { kind: 'info', things: await withOwn(view, [named]), total: 1, capped: false, warnings: [] }
    const { things, total, capped, moment, warnings } = await select(view, query, { limit, now })
    return {
      kind: 'info',
      things: await withOwn(view, await infoOf(view, things, moment)),
      total,
      capped: capped || total > things.length,
      warnings,
    }
  },
})

/** With why they are protected by themselves, where nobody has protected them. */
async function withOwn(view: View, things: readonly ThingInfo[]): Promise<readonly ThingInfo[]> {
  const own = new Map([...(await ownThings(view)).values()].map((one) => [one.thing, one]))
  return things.map((thing) => {
    const found = own.get(thing.name)
    return found === undefined || thing.protection !== undefined ? thing : { ...thing, protection: ownText(found) }
  })
}

/** The port or rack unit that a query is, where it is nothing else. */
function partAlone(query: Query): Inner | null {
  const name = nameAlone({ ...query, asOf: null })
  const part = name === null ? null : readPart(name)
  if (part === null || part.tag === 'thing' || query.expression.tag !== 'name') return null
  const thing = { text: part.name, at: query.expression.at }
  return part.tag === 'unit' ? { tag: 'unit', thing, unit: part.unit } : { ...part, thing }
}
