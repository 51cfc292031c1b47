// How an expression was read, and how the database answers it.
import type { Query } from '../../grammar/ast.ts'
import { printQuery } from '../../grammar/print.ts'
import type { View } from '../view.ts'
import { sql } from './fragment.ts'
import { guarded } from './guarded.ts'
import { namesOf } from './mentions.ts'
import { momentOf } from './moment.ts'
import { scopeOf } from './planning.ts'
import { statement } from './statement.ts'

// What a page and a count are for a chat: the plan is that of the ordinary answer.
const EXTENT = { page: 51, count: 10_001 }

/** The query with all its parentheses, then the database's plan, a line each. Throws what `select` throws. */
export async function explainQuery(view: View, query: Query, now: Date): Promise<string[]> {
  const moment = await momentOf(view, query.asOf, now)
  const { names } = await namesOf(view, query.expression, moment)
  const scope = scopeOf(query.expression, { catalogue: view.catalogue, moment, names })
  const page = query.limit ?? EXTENT.page
  const rows = await guarded<Record<'QUERY PLAN', string>>(
    view,
    query.expression,
    sql`explain ${statement(query, scope, { page, count: query.limit ?? EXTENT.count })}`,
  )
  return [printQuery(query), ...rows.map((row) => row['QUERY PLAN'])]
}
