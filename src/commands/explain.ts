// How an expression was read, and how the database answers it.
import { explainQuery } from '../inventory/query/explain.ts'
import { namesOf } from '../inventory/query/mentions.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { readCommand } from './command.ts'

export const explain = readCommand({
  name: 'explain',
  summary: 'How an expression is read, with all its parentheses, and the query plan; `full` as the database tells it',
  syntax: 'explain [full] <query>',
  examples: [
    'explain driver:Server and pool:prod or name:web01',
    'explain driver:Server and not driver:Server in name:rack101',
    'explain full pool:prod',
  ],
  async run({ query, full }, { view, now }) {
    const lines = await explainQuery(view, query, { now, whole: full === true })
    const { unknown } = await namesOf(view, query.expression, await momentOf(view, query.asOf, now))
    return { kind: 'lines', lines, warnings: unknown }
  },
})
