// Which things an expression means: `find`, or the expression alone.
import { nameAlone, select } from '../inventory/query/select.ts'
import { readCommand } from './command.ts'

export const find = readCommand({
  name: 'find',
  summary: 'The things that an expression means; the word find may be left out',
  syntax: 'find <query>',
  examples: [
    'driver:Server connected to name:rack101',
    'find driver:Server and attr:status,unallocated in name:dcZ limit 4 distinct rack',
    'db[201-204] or web*',
    'pool:prod and attr:system.memory>=64K sort by system.memory desc',
  ],
  async run({ query }, { view, now, limit }) {
    const { things, total, capped, warnings } = await select(view, query, { limit, now })
    const isAlone = nameAlone(query) !== null
    return {
      kind: 'things',
      things: things.map(({ name, type, driver }) => ({ name, type, driver })),
      total,
      capped,
      // The first word typed is no command's, and nothing's name.
      warnings: warnings.map((one) => (isAlone && one.at === 0 ? { ...one, isAlone } : one)),
    }
  },
})
