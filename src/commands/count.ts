// How many things an expression means, and how they are spread over the values of a key.
import { printKey } from '../grammar/key.ts'
import { countThings } from '../inventory/query/count.ts'
import { queryAsOf } from './as-of.ts'
import { readCommand } from './command.ts'

export const count = readCommand({
  name: 'count',
  summary:
    'How many things an expression means, in all, by the values of a key, or by the rack, pool, … that they are in',
  syntax: 'count <query> [by <key> [as of <when>]]',
  examples: [
    'count driver:Server',
    'count driver:Server in dcZ by status',
    'count pool:prod by type',
    'count driver:Server by rack',
    'count driver:Server by status as of version 1',
  ],
  async run({ query, key, when }, { view, now }) {
    const { count, groups, warnings } = await countThings(view, queryAsOf(query, when), { by: key ?? null, now })
    if (key === undefined || groups === undefined) return { kind: 'count', count, warnings }
    return { kind: 'count', count, by: printKey(key), groups, warnings }
  },
})
