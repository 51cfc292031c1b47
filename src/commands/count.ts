// How many things an expression means, and how they are spread over the values of a key.
import { printKey } from '../grammar/key.ts'
import { countThings } from '../inventory/query/count.ts'
import { readCommand } from './command.ts'

export const count = readCommand({
  name: 'count',
  summary:
    'How many things an expression means, in all, by the values of a key, or by the rack, pool, … that they are in',
  syntax: 'count <query> [by <key>]',
  examples: [
    'count driver:Server',
    'count driver:Server in dcZ by status',
    'count pool:prod by type',
    'count driver:Server by rack',
  ],
  async run({ query, key }, { view, now }) {
    const { count, groups, warnings } = await countThings(view, query, { by: key ?? null, now })
    if (key === undefined || groups === undefined) return { kind: 'count', count, warnings }
    return { kind: 'count', count, by: printKey(key), groups, warnings }
  },
})
