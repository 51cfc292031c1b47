// The addresses of a network, of a thing, or one address wherever it is: who holds it, at which port.
import { joined, rowsOf, type Sql, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'

export interface AddressUse {
  readonly address: string
  readonly network: string | null
  /** Null where it is only reserved. */
  readonly holder: string | null
  readonly port: string | null
  readonly state: 'reserved' | 'allocated' | 'bound'
}

export interface AddressPage {
  /** At most as many as asked for, ascending. */
  readonly rows: readonly AddressUse[]
  readonly total: number
}

export const addressesIn = (view: View, network: ThingRow, limit: number, moment: Moment): Promise<AddressPage> =>
  read(view, sql`d.network_id = ${network.id}`, limit, moment)

export const addressesOf = (view: View, thing: ThingRow, limit: number, moment: Moment): Promise<AddressPage> =>
  read(view, sql`d.thing_id = ${thing.id}`, limit, moment)

export const usesOf = (view: View, address: string, limit: number, moment: Moment): Promise<AddressPage> =>
  read(view, sql`d.address = ${address}::inet`, limit, moment)

interface Found {
  readonly address: string
  readonly network: string | null
  readonly holder: string
  readonly reserved: boolean
  readonly port: string
  readonly total: number
}

async function read(view: View, which: Sql, limit: number, moment: Moment): Promise<AddressPage> {
  const d = sourceAt('addresses', 'd', moment)
  const t = sourceAt('things', 't', moment)
  const n = sourceAt('things', 'n', moment)
  const rows = await rowsOf<Found>(
    view.knex,
    // The page is cut before the names are looked up: a network may hold 60,000.
    joined(
      [
        sql`with held as (select d.* from ${d.from} where ${which} and ${d.where}),
          page as (select * from held order by address, network_id, id limit ${limit})`,
        sql`select host(d.address) as address, n.name as network, t.name as holder,
            d.network_id is not distinct from d.thing_id as reserved, d.port, (select count(*) from held) as total
          from page d join ${t.from} on t.id = d.thing_id and ${t.where}
            left join ${n.from} on n.id = d.network_id and ${n.where} order by d.address, n.name_key, d.id`,
      ],
      ' ',
    ),
  )
  return {
    rows: rows.map(({ address, network, holder, reserved, port }) => ({
      address,
      network,
      holder: reserved ? null : holder,
      port: port === '' ? null : port,
      state: reserved ? 'reserved' : port === '' ? 'allocated' : 'bound',
    })),
    total: rows[0]?.total ?? 0,
  }
}

/** How many of the addresses that a network hands out are taken. */
export async function takenOf(
  view: View,
  network: ThingRow,
  { low, high }: { readonly low: string; readonly high: string },
  moment: Moment,
): Promise<number> {
  const d = sourceAt('addresses', 'd', moment)
  const [row] = await rowsOf<{ taken: number }>(
    view.knex,
    sql`select count(*) as taken from ${d.from} where d.network_id = ${network.id} and ${d.where}
      and d.address between ${low}::inet and ${high}::inet`,
  )
  return row?.taken ?? 0
}
