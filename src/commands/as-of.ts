// `as of` belongs to a query, and may as well end a command whose last clause stands behind the query.
import type { Query, When } from '../grammar/ast.ts'
import { CommandError } from './error.ts'

/** Throws `bad-arguments` where both say a time. */
export function queryAsOf(query: Query, when: When | undefined): Query {
  if (when === undefined) return query
  if (query.asOf !== null)
    throw new CommandError('bad-arguments', { reason: '`as of` stands here twice', expected: 'it once, at the end' })
  return { ...query, asOf: when }
}
