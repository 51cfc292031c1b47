// What an expression is compiled in: the moment it is asked of, what its names mean, and the alias that things have.
import type { Catalogue } from '../catalogue.ts'
import { plain, type Sql, sql } from './fragment.ts'
import type { Names } from './names.ts'
import { type Moment, sourceAt } from './source.ts'

/**
 * How the database is to plan. `open`: each time anew with the values, since what is quick for a rack is slow for a
 * datacenter. `kept`: once, without them, for questions about few things, where planning takes longer than answering.
 * `probed`: the same, and each condition is asked of one thing after the other.
 */
export type Planning = 'open' | 'kept' | 'probed'

export interface Scope {
  readonly catalogue: Catalogue
  readonly moment: Moment
  readonly names: Names
  /** 0 for the things that are asked for, more in a relation's inner expression. */
  readonly depth: number
  readonly planning: Planning
}

/** There is such a row. `offset 0` keeps the planner from making a join of it. */
export const exists = (scope: Scope, rows: Sql): Sql =>
  sql`exists (${rows}${plain(scope.planning === 'probed' ? ' offset 0' : '')})`

/** The things of this scope: `t`, and in a relation `t1`, `t2`, … */
export const thing = ({ depth }: Scope): string => (depth === 0 ? 't' : `t${depth}`)

/** Their id, to compare with. */
export const idOf = (scope: Scope): Sql => plain(`${thing(scope)}.id`)

/** The ids of the things that a condition holds for. `condition` is compiled in the scope given to it. */
export function idsWhere(scope: Scope, condition: (inner: Scope) => Sql): Sql {
  const inner: Scope = {
    ...scope,
    depth: scope.depth + 1,
    planning: scope.planning === 'probed' ? 'kept' : scope.planning,
  }
  const t = sourceAt('things', thing(inner), scope.moment)
  return sql`select ${idOf(inner)} from ${t.from} where ${t.where} and ${condition(inner)}`
}
