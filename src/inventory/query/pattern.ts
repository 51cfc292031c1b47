// How a pattern matches a column of text. Column and pattern must agree on case: names are compared by their keys.
import type { Pattern } from '../../grammar/ast.ts'
import { nameKey } from '../../grammar/name.ts'
import { type Sql, sql } from './fragment.ts'

/** Text for LIKE, where it means itself. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** `*` and `?` of a glob as LIKE has them, anchored at both ends; everything else means itself. */
export const likeOf = (glob: string): string => escapeLike(glob).replace(/\*+/g, '%').replace(/\?/g, '_')

/** A condition on a column of name keys, in which a regular expression looks at letters of either case. */
export function nameMatches(column: Sql, pattern: Pattern): Sql {
  switch (pattern.tag) {
    case 'exact':
      return sql`${column} = ${nameKey(pattern.text)}`
    case 'range':
      return sql`${column} = any(${pattern.names.map(nameKey)}::text[])`
    case 'glob':
      return sql`${column} like ${likeOf(nameKey(pattern.text))}`
    case 'regex':
      return sql`${column} ~* ${pattern.source}`
  }
}

/** A condition on a column of text, by its very letters. */
export function textMatches(column: Sql, pattern: Pattern): Sql {
  switch (pattern.tag) {
    case 'exact':
      return sql`${column} = ${pattern.text}`
    case 'range':
      return sql`${column} = any(${pattern.names}::text[])`
    case 'glob':
      return sql`${column} like ${likeOf(pattern.text)}`
    case 'regex':
      return sql`${column} ~ ${pattern.source}`
  }
}
