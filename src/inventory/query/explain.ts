// How an expression was read, and how the database answers it.
import type { Query } from '../../grammar/ast.ts'
import { printQuery } from '../../grammar/print.ts'
import type { View } from '../view.ts'
import { sql } from './fragment.ts'
import { guarded } from './guarded.ts'
import { namesOf } from './mentions.ts'
import { momentOf } from './moment.ts'
import { planSteps } from './plan-steps.ts'
import { scopeOf } from './planning.ts'
import { statement } from './statement.ts'

// What a page and a count are for a chat: the plan is that of the ordinary answer.
const EXTENT = { page: 51, count: 10_001 }

/**
 * The query with all its parentheses, then what the database reads for it, a line each; `whole` is its plan as it tells
 * it. Throws what `select` throws.
 */
export async function explainQuery(
  view: View,
  query: Query,
  { now, whole = false }: { readonly now: Date; readonly whole?: boolean },
): Promise<string[]> {
  const moment = await momentOf(view, query.asOf, now)
  const { names } = await namesOf(view, query.expression, moment)
  const scope = scopeOf(query.expression, { catalogue: view.catalogue, moment, names })
  const page = query.limit ?? EXTENT.page
  const rows = await guarded<Record<'QUERY PLAN', string>>(
    view,
    query.expression,
    sql`explain ${statement(query, scope, { page, count: query.limit ?? EXTENT.count })}`,
  )
  const plan = rows.map((row) => row['QUERY PLAN'])
  return [printQuery(query), ...(whole ? plan : planSteps(plan))]
}
