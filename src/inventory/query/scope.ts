// What an expression is compiled in: the moment it is asked of, what its names mean, and the alias that things have.
import type { Catalogue } from '../catalogue.ts'
import { plain, type Sql, sql } from './fragment.ts'
import type { Names } from './names.ts'
import { type Moment, sourceAt } from './source.ts'

export interface Scope {
  readonly catalogue: Catalogue
  readonly moment: Moment
  readonly names: Names
  /** 0 for the things that are asked for, more in a relation's inner expression. */
  readonly depth: number
}

/** The things of this scope: `t`, and in a relation `t1`, `t2`, … */
export const thing = ({ depth }: Scope): string => (depth === 0 ? 't' : `t${depth}`)

/** Their id, to compare with. */
export const idOf = (scope: Scope): Sql => plain(`${thing(scope)}.id`)

/** The ids of the things that a condition holds for. `condition` is compiled in the scope given to it. */
export function idsWhere(scope: Scope, condition: (inner: Scope) => Sql): Sql {
  const inner = { ...scope, depth: scope.depth + 1 }
  const t = sourceAt('things', thing(inner), scope.moment)
  return sql`select ${idOf(inner)} from ${t.from} where ${t.where} and ${condition(inner)}`
}
