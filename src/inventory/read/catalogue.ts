// The drivers of a moment: ports and names of a thing as it was come from the driver that it had then.
import type { Catalogue, DriverSpec } from '../catalogue.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import type { Moment } from '../query/source.ts'
import type { View } from '../view.ts'

/** Those of the present, and at a moment also those that were taken away since. */
export async function catalogueAt(view: View, moment: Moment): Promise<Catalogue> {
  if (moment === null) return view.catalogue
  const gone = await rowsOf<{ name: string; spec: DriverSpec }>(
    view.knex,
    sql`select name, spec from drivers_past where from_v <= ${moment} and to_v > ${moment} order by name_key`,
  )
  return gone.length === 0 ? view.catalogue : view.catalogue.with(gone)
}
