// Finds things by what people call them: by name, which wins, else by hostname, serial number, MAC or IP address.
// A handful of statements for any number of names.
import { isIP } from 'node:net'
import { nameKey } from '../../grammar/name.ts'
import { suggest } from '../../grammar/suggest.ts'
import { grouped } from '../grouped.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { joined, plain, planOnce, rowsOf, type Sql, sql } from './fragment.ts'
import { identityIs } from './identity.ts'
import { type Moment, sourceAt } from './source.ts'

/**
 * What a name must be the name of. `thing` is anything, also by hostname and the like; `named` is anything, by name;
 * `reference` too, for a value that may as well be plain text.
 */
export type Kind = 'thing' | 'named' | 'reference' | 'pool' | 'class' | 'role' | 'service' | 'vip' | 'vlan'

export interface Asked {
  readonly kind: Kind
  readonly text: string
  readonly at: number
}

/** The types of the things that a kind may be; null for any. */
export const TYPES_OF: { readonly [K in Kind]: readonly string[] | null } = {
  thing: null,
  named: null,
  reference: null,
  pool: ['pool', 'exclusivepool', 'uniquepool'],
  class: ['class'],
  role: ['role'],
  service: ['service'],
  vip: ['vip'],
  vlan: ['vlan'],
}

const THING = plain('t.id, t.name, t.name_key, t.driver, t.type')
// `00:50:c2:00:00:01`, with hyphens or without, longer ones, and `0050.c200.0001`.
const MAC =
  /^(?:[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2}){4,6}|[0-9a-f]{12}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})$/i
// An address with a zone (`fe80::1%eth0`) is none for the database.
export const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%')

interface Answer extends ThingRow {
  /** The text that this thing was found by, where it was not its name. */
  readonly asked: string | null
}

const found = ({ id, name, name_key, driver, type }: Answer): ThingRow => ({ id, name, name_key, driver, type })

/** The database's order of names, which is that of their bytes. */
export const inNameOrder = (a: ThingRow, b: ThingRow): number =>
  Buffer.compare(Buffer.from(a.name_key), Buffer.from(b.name_key))

/** Which things each name means. */
export class Names {
  readonly #found: ReadonlyMap<string, readonly ThingRow[]>

  constructor(found: ReadonlyMap<string, readonly ThingRow[]>) {
    this.#found = found
  }

  /** In the order of their names; several where a hostname, a number or an address is not unique. */
  things(kind: Kind, text: string): readonly ThingRow[] {
    return this.#found.get(`${kind} ${text}`) ?? []
  }
}

/** Looks names up, as of a moment. */
export async function findNames(view: View, asked: readonly Asked[], moment: Moment): Promise<Names> {
  if (asked.length === 0) return new Names(new Map())
  const texts = (kind: Kind, wanted: (text: string) => boolean): string[] => [
    ...new Set(asked.flatMap(({ kind: of, text }) => (of === kind && wanted(text) ? [text] : []))),
  ]
  const others = [
    ...byAddress(texts('thing', isAddress), moment),
    // An address is seldom a name: what else it may be is asked at once.
    ...byIdentity(texts('thing', isAddress), moment),
    ...byVid(
      texts('vlan', (text) => /^\d{1,4}$/.test(text)),
      moment,
    ),
  ]
  const statement = joined(
    [byName([...new Set(asked.map(({ text }) => nameKey(text)))], moment), ...others],
    ' union all ',
  )
  const first = await rowsOf<Answer>(view.knex, moment === null ? planOnce(statement) : statement)
  const named = new Map(first.filter((row) => row.asked === null).map((row) => [row.name_key, row]))
  const otherwise = byAsked(first)
  const missing = texts('thing', (text) => !named.has(nameKey(text)) && !isAddress(text))
  const identified = await identify(view, missing, moment)
  const answers = new Map<string, readonly ThingRow[]>()
  for (const { kind, text } of asked) {
    const types = TYPES_OF[kind]
    const row = named.get(nameKey(text))
    const winner = row && (types === null || types.includes(row.type)) ? [row] : []
    const fallback =
      kind === 'thing'
        ? [...(otherwise.get(text) ?? []), ...(identified.get(text) ?? [])]
        : kind === 'vlan'
          ? (otherwise.get(text) ?? []).filter(({ type }) => type === 'vlan')
          : []
    answers.set(`${kind} ${text}`, unique(winner.length > 0 ? winner : fallback))
  }
  return new Names(answers)
}

type Found = ReadonlyMap<string | null, readonly Answer[]>

async function identify(view: View, texts: readonly string[], moment: Moment): Promise<Found> {
  const [statement] = byIdentity(texts, moment)
  return byAsked(statement ? await rowsOf<Answer>(view.knex, statement) : [])
}

/** By the text that they were found by, where that was not their name. */
const byAsked = (answers: readonly Answer[]): Found => grouped(answers, ({ asked }) => asked)

function unique(answers: readonly Answer[]): readonly ThingRow[] {
  return [...new Map(answers.map((answer) => [answer.id, found(answer)])).values()].sort(inNameOrder)
}

function byName(keys: readonly string[], moment: Moment): Sql {
  const t = sourceAt('things', 't', moment)
  return sql`select ${THING}, null::text as asked from ${t.from} where ${t.where} and t.name_key = any(${keys}::text[])`
}

function byAddress(addresses: readonly string[], moment: Moment): readonly Sql[] {
  if (addresses.length === 0) return []
  const t = sourceAt('things', 't', moment)
  const d = sourceAt('addresses', 'd', moment)
  return [
    sql`select ${THING}, asked.text from unnest(${addresses}::text[]) as asked(text)
      join ${d.from} on d.address = asked.text::inet and ${d.where} join ${t.from} on t.id = d.thing_id and ${t.where}`,
  ]
}

function byVid(numbers: readonly string[], moment: Moment): readonly Sql[] {
  if (numbers.length === 0) return []
  const t = sourceAt('things', 't', moment)
  const a = sourceAt('attributes', 'a', moment)
  return [
    sql`select ${THING}, a.text from ${a.from} join ${t.from} on t.id = a.thing_id and ${t.where}
      where ${a.where} and a.port = '' and a.key = 'vid' and a.subkey = '' and left(a.text, 100) = any(${numbers}::text[])`,
  ]
}

function byIdentity(texts: readonly string[], moment: Moment): readonly Sql[] {
  if (texts.length === 0) return []
  const t = sourceAt('things', 't', moment)
  const a = sourceAt('attributes', 'a', moment)
  const keys = texts.map((text) => (MAC.test(text) ? 'mac' : 'none'))
  return [
    sql`select ${THING}, asked.text as asked from unnest(${texts}::text[], ${keys}::text[]) as asked(text, mac)
      join ${a.from} on ${a.where} and ${identityIs(plain('asked.text'))}
        and (a.key = asked.mac or (a.key <> 'mac' and a.port = ''))
      join ${t.from} on t.id = a.thing_id and ${t.where}`,
  ]
}

/** For texts that name nothing: the names of things that are near, best first. */
export async function suggestThings(
  view: View,
  texts: readonly string[],
  moment: Moment,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (texts.length === 0) return new Map()
  const t = sourceAt('things', 't', moment)
  const keys = texts.map(nameKey)
  const begins = keys.map((key) => [...key].slice(0, Math.max(1, [...key].length - 2)).join(''))
  // Limits instead of an order: of a million similar names all would be compared to find the nearest.
  const rows = await rowsOf<{ asked: string; name: string }>(
    view.knex,
    sql`select asked.text as asked, near.name
      from unnest(${texts}::text[], ${keys}::text[], ${begins}::text[]) as asked(text, key, begin) cross join lateral (
        (select t.name from ${t.from} where ${t.where} and t.name_key >= asked.begin
          and t.name_key < asked.begin || chr(1114111) order by t.name_key limit 100)
        union all (select t.name from ${t.from} where ${t.where} and t.name_key % asked.key limit 400)) near`,
  )
  const near = (text: string) => rows.flatMap(({ asked, name }) => (asked === text ? [name] : []))
  return new Map(texts.map((text) => [text, suggest(text, near(text))]))
}

/** The names of all things of some types, as far as there are few enough of them to choose from. */
export async function namesOfTypes(
  view: View,
  types: readonly string[],
  moment: Moment,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  if (types.length === 0) return []
  const t = sourceAt('things', 't', moment)
  return rowsOf(
    view.knex,
    sql`select t.name, t.type from ${t.from} where ${t.where} and t.type = any(${types}::text[]) limit 5000`,
  )
}
