// Codes by which one person's identities in two chats are joined: shown to the one, typed by the other, once and soon.
import { createHash, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'

export const LINK_MINUTES = 10

// Without what looks alike; 32 letters and digits, 5 bits each.
const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyz'
const LETTERS = 10

/** `k7f2m-9qxw4`: 50 random bits. */
export function newCode(): string {
  const letters = [...randomBytes(LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length])
  return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`
}

const hashOf = (code: string): string => createHash('sha256').update(code.toLowerCase().replace('-', '')).digest('hex')

/** Keeps a code of this identity; the one before is void. Only its hash is stored. */
export async function keepCode(knex: Knex, code: string, operator: number, identity: string): Promise<void> {
  await knex.raw('delete from link_codes where identity = ? or expires_at <= clock_timestamp()', [identity])
  await knex.raw(
    `insert into link_codes (code_hash, operator_id, identity, expires_at)
     values (?, ?, ?, clock_timestamp() + make_interval(mins => ${LINK_MINUTES}))`,
    [hashOf(code), operator, identity],
  )
}

export interface Shown {
  readonly operator_id: number
  readonly name: string
  /** The identity that it was shown to. */
  readonly identity: string
}

/** Whose code it is, and no longer: it is void from now on. Null where there is none, or its time is over. */
export async function takeCode(knex: Knex, code: string): Promise<Shown | null> {
  const { rows } = await knex.raw<{ rows: (Shown & { fresh: boolean })[] }>(
    `with gone as (delete from link_codes where code_hash = ? returning *)
     select gone.operator_id, gone.identity, o.name, gone.expires_at > clock_timestamp() and o.left_at is null as fresh
     from gone join operators o on o.id = gone.operator_id join identities i on i.identity = gone.identity
       and i.operator_id = gone.operator_id`,
    [hashOf(code)],
  )
  const [found] = rows
  return found?.fresh === true ? found : null
}

const TRIES = 5

/** Whether this identity, or all together, have typed too many wrong codes lately: the audit has them. */
export async function hasTriedTooOften(knex: Knex, identity: string): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: { own: number; all: number }[] }>(
    `select count(*) filter (where identity = ?)::int as own, count(*)::int as all from audit
     where name = 'link' and outcome like 'refused: %' and at > clock_timestamp() - make_interval(mins => ${LINK_MINUTES})`,
    [identity],
  )
  const [found] = rows
  return found !== undefined && (found.own >= TRIES || found.all >= 20 * TRIES)
}

/** Joins an identity to an operator; whoever it was before, and has no identity left, has left. */
export async function join(knex: Knex, identity: string, operator: number): Promise<void> {
  await knex.raw(
    `insert into identities (identity, operator_id, linked_at) values (?, ?, clock_timestamp())
     on conflict (identity) do update set operator_id = excluded.operator_id, linked_at = excluded.linked_at`,
    [identity, operator],
  )
  await knex.raw(
    `update operators o set left_at = clock_timestamp()
     where left_at is null and not exists (select from identities where operator_id = o.id)`,
  )
}

export async function identitiesOf(knex: Knex, operator: number): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { identity: string }[] }>(
    'select identity from identities where operator_id = ? order by identity',
    [operator],
  )
  return rows.map(({ identity }) => identity)
}

/** The identity is nobody's again. What it was asked for stays under its operator. */
export async function part(knex: Knex, identity: string): Promise<void> {
  await knex.raw('delete from identities where identity = ?', [identity])
  await knex.raw('delete from link_codes where identity = ?', [identity])
}
