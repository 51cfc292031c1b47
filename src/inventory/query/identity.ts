// Serial numbers, MAC addresses and host names: attributes that a thing is known by, in any case of ASCII letters (which
// is what lower() changes where text compares by bytes).
import type { Pattern } from '../../grammar/ast.ts'
import { plain, type Sql, sql } from './fragment.ts'
import { likeOf } from './pattern.ts'

// What the partial index on them is for.
const KNOWN_BY = plain(`a.key in ('hostname', 'serial', 'mac')`)
const BEGIN = plain('lower(left(a.text, 100))')
const TEXT = plain('lower(a.text)')

/** That the row `a` of such an attribute is equal to a text. */
export const identityIs = (text: Sql): Sql =>
  sql`${KNOWN_BY} and ${BEGIN} = lower(left(${text} collate "C", 100)) and ${TEXT} = lower(${text} collate "C")`

/** That the row `a` is such an attribute and matches. */
export function identityMatches(pattern: Pattern): Sql {
  switch (pattern.tag) {
    case 'exact':
      return identityIs(sql`${pattern.text}::text`)
    case 'range':
      return sql`${KNOWN_BY} and ${BEGIN} = any(${pattern.names.map(lower)}::text[])`
    case 'glob':
      return sql`${KNOWN_BY} and ${TEXT} like ${likeOf(lower(pattern.text))}`
    case 'regex':
      return sql`${KNOWN_BY} and a.text ~* ${pattern.source}`
  }
}

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
