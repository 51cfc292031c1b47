// The type of a thing is that of its driver: where a driver comes to extend another one, its things become of that type.
import type { Change } from '../change.ts'
import type { ThingRow } from '../rows.ts'
import { ask } from './ask.ts'

/**
 * Writes the type of things, given by the names of their drivers or by their ids, that is no longer the one of
 * `change.catalogue`; answers with those that it wrote.
 */
export async function retype(
  change: Change,
  { drivers = [], ids = [] }: { readonly drivers?: readonly string[]; readonly ids?: readonly number[] },
): Promise<ThingRow[]> {
  if (drivers.length + ids.length === 0) return []
  const all = change.catalogue.all()
  const rows = await ask<ThingRow>(
    change,
    `select things.id, things.name, things.name_key, things.driver, known.type
     from unnest(?::text[], ?::text[]) as known(driver, type) join things on things.driver = known.driver
     where (things.driver = any(?::text[]) or things.id = any(?::bigint[])) and things.type <> known.type order by id`,
    [all.map(({ name }) => name), all.map(({ type }) => type), [...drivers], [...ids]],
  )
  await change.replace('things', rows)
  return rows
}
