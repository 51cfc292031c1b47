// The words that operators have made for expressions and for the beginnings of commands: each one's own, and shared ones.
import { nameKey } from '../grammar/name.ts'
import { rowsOf, sql } from './query/fragment.ts'
import type { View } from './view.ts'

export interface Alias {
  readonly name: string
  /** What it stands for, as it was typed. */
  readonly text: string
  /** Everybody's, not the operator's own. */
  readonly isShared: boolean
}

/** An alias as it is found: a thing of the same name wins over it where a name is meant. */
export interface FoundAlias extends Alias {
  readonly isHidden: boolean
}

type Asked = Pick<View, 'knex'>

const SHARED = ''
const ownerOf = (operator: string, isShared: boolean): string => (isShared ? SHARED : operator)

/**
 * All aliases of an operator by the key of their names where one of `words` is one, else none; an own one wins over a
 * shared one. With `past`, things that are gone hide an alias too. One statement.
 */
export async function aliasesAmong(
  { knex }: Asked,
  operator: string,
  words: readonly string[],
  { past = false } = {},
): Promise<ReadonlyMap<string, FoundAlias>> {
  const keys = [...new Set(words.map(nameKey))]
  const things = sql`exists (select from things t where t.name_key = mine.name_key)`
  const gone = sql`exists (select from things_past t where t.name_key = mine.name_key)`
  const rows = await rowsOf<FoundAlias & { name_key: string }>(
    knex,
    sql`with mine as materialized (
        select distinct on (name_key) name_key, name, text, owner = ${SHARED} as "isShared"
        from aliases where owner in (${SHARED}, ${operator}) order by name_key, owner desc)
      select *, ${past ? sql`(${things} or ${gone})` : things} as "isHidden" from mine
      where exists (select from mine where name_key = any(${keys}::text[]))`,
    past ? 'aliases, also of the past' : 'aliases',
  )
  return new Map(rows.map(({ name_key, ...alias }) => [name_key, alias]))
}

/** An operator's own and the shared ones, by name. */
export function listAliases({ knex }: Asked, operator: string): Promise<Alias[]> {
  return rowsOf<Alias>(
    knex,
    sql`select name, text, owner = ${SHARED} as "isShared" from aliases where owner in (${SHARED}, ${operator})
      order by name_key, owner desc`,
  )
}

export interface SharedAlias {
  readonly name: string
  readonly text: string
  /** The operator who saved it, and their name; null where nobody knows. */
  readonly owner: number | null
  readonly by: string | null
}

export async function sharedAlias({ knex }: Asked, name: string): Promise<SharedAlias | null> {
  const [found] = await rowsOf<SharedAlias>(
    knex,
    sql`select a.name, a.text, o.id as owner, coalesce(o.name, a.saved_by) as by from aliases a
      left join identities i on i.identity = a.saved_by left join operators o on o.id = i.operator_id
      where a.owner = ${SHARED} and a.name_key = ${nameKey(name)}`,
  )
  return found ?? null
}

/** Writes an alias; answers with what it stood for before. */
export async function saveAlias(
  { knex }: Asked,
  operator: string,
  { name, text, isShared }: Alias,
): Promise<string | null> {
  const before = await removeAlias({ knex }, operator, { name, isShared })
  await knex.raw(
    'insert into aliases (owner, name, name_key, text, saved_by, saved_at) values (?, ?, ?, ?, ?, clock_timestamp())',
    [ownerOf(operator, isShared), name, nameKey(name), text, operator],
  )
  return before
}

/** Answers with what it stood for; null where there was none. */
export async function removeAlias(
  { knex }: Asked,
  operator: string,
  { name, isShared }: Pick<Alias, 'name' | 'isShared'>,
): Promise<string | null> {
  const [gone] = await rowsOf<{ text: string }>(
    knex,
    sql`delete from aliases where owner = ${ownerOf(operator, isShared)} and name_key = ${nameKey(name)} returning text`,
  )
  return gone?.text ?? null
}
