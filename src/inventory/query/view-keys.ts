// `_ip` and `_in`: keys that no attribute has, which show the addresses that networks handed out and the containers that
// a thing is in, at any depth.
import { nameKey } from '../../grammar/name.ts'
import { readValue } from '../../grammar/value.ts'
import type { Wanted } from './attribute.ts'
import { plain, type Sql, sql } from './fragment.ts'
import { isAddress } from './names.ts'
import { nameMatches, textMatches } from './pattern.ts'
import { within } from './relation.ts'
import { exists, idOf, idsWhere, type Scope, thing } from './scope.ts'
import { sourceAt } from './source.ts'

export type ViewKey = '_ip' | '_in'

export const isViewKey = (key: string): key is ViewKey => key === '_ip' || key === '_in'

/** Has such a value at all; with `wanted`, one that compares so. */
export function viewKeyIs(scope: Scope, key: ViewKey, wanted: Wanted | null): Sql {
  if (key === '_in') return within(scope, sql`in (${idsWhere(scope, (inner) => containerIs(inner, wanted))})`)
  return hasAddress(scope, wanted === null ? sql`true` : addressIs(wanted))
}

function containerIs(scope: Scope, wanted: Wanted | null): Sql {
  const column = plain(`${thing(scope)}.name_key`)
  if (wanted === null) return sql`true`
  if (wanted.pattern.tag !== 'exact') return nameMatches(column, wanted.pattern)
  // `_in` shows references, which may be typed as such: `attr:_in,thing:rack1`.
  const value = wanted.quoted ? null : readValue(wanted.pattern.text)
  if (wanted.comparison === '=' && typeof value === 'object' && value?.type === 'reference')
    return nameMatches(column, { tag: 'exact', text: value.value })
  return sql`${column} ${plain(wanted.comparison)} ${nameKey(wanted.pattern.text)}`
}

function addressIs({ comparison, pattern }: Wanted): Sql {
  if (pattern.tag !== 'exact') return textMatches(plain('host(d.address)'), pattern)
  return isAddress(pattern.text) ? sql`d.address ${plain(comparison)} ${pattern.text}::inet` : sql`false`
}

/** Has an address for which the condition on `d` holds. */
export function hasAddress(scope: Scope, condition: Sql): Sql {
  const d = sourceAt('addresses', 'd', scope.moment)
  return exists(scope, sql`select 1 from ${d.from} where ${d.where} and d.thing_id = ${idOf(scope)} and ${condition}`)
}
