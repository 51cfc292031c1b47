// One statement and its rows: how everything in this folder reads.
import type { Knex } from 'knex'

/** Asks in SQL; a literal `?` is written `\\?`. Arrays are bound as arrays (`= any(?::bigint[])`). */
export async function ask<T>(
  { knex }: { readonly knex: Knex },
  sql: string,
  bindings: readonly unknown[] = [],
): Promise<T[]> {
  const { rows } = await knex.raw<{ rows: T[] }>(sql, bindings as readonly Knex.RawBinding[])
  return rows
}
