// Services: named instances of a role on a thing. A service is a group that is in its role and contains what it runs on, so
// that the role, `service:` and `connected to` find the machine, and two roles of one machine are two services.
import type { Value } from '../../grammar/ast.ts'
import type { Driver } from '../catalogue.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { attempt } from '../write/attempt.ts'
import { insertAll } from '../write/containment.ts'
import { addThings } from '../write/things.ts'

export interface NewServices {
  readonly names: readonly string[]
  readonly driver: Driver
  readonly role: ThingRow | undefined
  readonly machine: ThingRow | undefined
  readonly port: number | undefined
}

/**
 * Makes services. Throws `service-elsewhere` where there is one of that name on other machines, `illegal-value` for a
 * port that is none, and as `addThings` and `insertAll`.
 */
export function createServices(
  change: Change,
  { names, driver, role, machine, port }: NewServices,
): Promise<ThingRow[]> {
  const value: Value | null = port === undefined ? null : { type: 'integer', value: BigInt(port) }
  const attributes = value === null ? [] : [{ key: { key: 'port', subkey: null, number: null }, value }]
  return attempt(change, async () => {
    const services = await addThings(
      change,
      names.map((name) => ({ name, driver, attributes })),
    )
    await insertAll(
      change,
      services.flatMap((service) => [
        ...(role ? [{ item: service, container: role }] : []),
        ...(machine ? [{ item: machine, container: service }] : []),
      ]),
    )
    return services
  })
}

/** Throws `service-elsewhere` where one of the names is a service on other things than this one. */
export async function refuseElsewhere(view: View, nameKeys: readonly string[], machine: ThingRow): Promise<void> {
  const [found] = await rowsOf<{ service: string; on: string[] }>(
    view.knex,
    sql`select s.name as service, array_agg(m.name order by m.name_key) as "on"
      from things s join edges e on e.parent_id = s.id join things m on m.id = e.child_id
      where s.name_key = any(${nameKeys}::text[]) and s.type = 'service'
      group by s.id, s.name, s.name_key having not bool_or(m.id = ${machine.id}) order by s.name_key limit 1`,
  )
  if (found) throw new InventoryError('service-elsewhere', found)
}

/** A service as a table shows it. */
export interface ServiceLine {
  readonly service: string
  readonly roles: readonly string[]
  readonly machines: readonly string[]
  readonly port: string | null
  readonly vips: readonly string[]
}

/** Services by name, at most `limit`; with ids only those. One statement. */
export function servicesOf(
  view: View,
  ids: readonly number[] | null,
  moment: Moment,
  limit: number,
): Promise<ServiceLine[]> {
  const s = sourceAt('things', 's', moment)
  const a = sourceAt('attributes', 'a', moment)
  const e = sourceAt('edges', 'e', moment)
  const t = sourceAt('things', 't', moment)
  const containers = (
    type: string,
  ) => sql`array(select t.name from ${e.from} join ${t.from} on t.id = e.parent_id and ${t.where}
    where e.child_id = s.id and t.type = ${type} and ${e.where} order by t.name_key)`
  return rowsOf(
    view.knex,
    sql`select s.name as service, ${containers('role')} as roles, ${containers('vip')} as vips,
        array(select t.name from ${e.from} join ${t.from} on t.id = e.child_id and ${t.where}
          where e.parent_id = s.id and ${e.where} order by t.name_key) as machines,
        (select a.text from ${a.from} where a.thing_id = s.id and a.key = 'port' and a.port = '' and a.subkey = ''
          and ${a.where} order by a.id limit 1) as port
      from ${s.from} where s.type = 'service' and ${s.where} and ${ids === null ? sql`true` : sql`s.id = any(${ids}::bigint[])`}
      order by s.name_key limit ${limit}::integer`,
  )
}
