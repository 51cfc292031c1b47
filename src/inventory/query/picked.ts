// The things that a query is about, as FROM and WHERE, before anything is cut off.
import type { Expression } from '../../grammar/ast.ts'
import { compile } from './compile.ts'
import { plain, type Sql, sql } from './fragment.ts'
import type { Rank } from './order.ts'
import type { Planning, Scope } from './scope.ts'
import { sourceAt } from './source.ts'

export interface Picked {
  /** FROM and WHERE, with the things as `t`. */
  readonly from: Sql
  /** The same without what only orders them. */
  readonly counted: Sql
  readonly ranks: readonly Rank[]
  readonly planning: Planning
}

/** FROM and WHERE of the things for which an expression holds. */
export function thingsWhere(expression: Expression, scope: Scope, join: Sql = plain('')): Sql {
  const t = sourceAt('things', 't', scope.moment)
  return sql`from ${t.from} ${join} where ${t.where} and ${compile(expression, scope)}`
}
