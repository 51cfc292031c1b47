// Virtual addresses as groups of services. A VIP contains services; where a service runs on several machines and only some
// of them answer for the VIP, it contains these machines too: then they alone are meant.
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { attempt } from '../write/attempt.ts'
import { insertAll, removeAll } from '../write/containment.ts'

/** A machine that answers for a VIP with a service. */
export interface VipMember {
  readonly vip: ThingRow
  /** Null where a machine was put into the VIP without a service. */
  readonly service: ThingRow | null
  /** Null where a service of the VIP is on no machine. */
  readonly machine: ThingRow | null
  readonly port: string | null
  /** The VIP's attribute `address`. */
  readonly address: string | null
}

/** What answers for VIPs, by VIP, service and machine; without ids all VIPs. One statement. */
export function vipMembers(
  view: View,
  ids: readonly number[] | null,
  moment: Moment,
  limit: number,
): Promise<VipMember[]> {
  const v = sourceAt('things', 'v', moment)
  const i = sourceAt('edges', 'i', moment)
  const s = sourceAt('things', 's', moment)
  const r = sourceAt('edges', 'r', moment)
  const m = sourceAt('things', 'm', moment)
  const o = sourceAt('edges', 'o', moment)
  const p = sourceAt('attributes', 'p', moment)
  const x = sourceAt('things', 'x', moment)
  const first = (
    holder: 's' | 'v',
    key: string,
  ) => sql`(select p.text from ${p.from} where p.thing_id = ${plain(holder)}.id
    and p.key = ${key} and p.port = '' and p.subkey = '' and ${p.where} order by p.id limit 1)`
  const those = ids === null ? sql`true` : sql`v.id = any(${ids}::bigint[])`
  return rowsOf(
    view.knex,
    sql`with inside as materialized (
        select v.id as vip_id, s.id, s.type from ${v.from} join ${i.from} on i.parent_id = v.id and ${i.where}
          join ${s.from} on s.id = i.child_id and ${s.where} where v.type = 'vip' and ${v.where} and ${those}),
      runs as materialized (
        select inside.vip_id, inside.id as service_id, r.child_id as machine_id,
          exists (select from inside own where own.vip_id = inside.vip_id and own.id = r.child_id) as named
        from inside join ${r.from} on r.parent_id = inside.id and ${r.where} where inside.type = 'service'),
      answers as (
        select vip_id, service_id, machine_id from runs
        where named or not exists (select from runs picked where picked.vip_id = runs.vip_id
          and picked.service_id = runs.service_id and picked.named)
        union all select vip_id, id, null from inside where type = 'service'
          and not exists (select from ${o.from} where o.parent_id = inside.id and ${o.where})
        union all select vip_id, null, id from inside where type <> 'service'
          and not exists (select from runs where runs.vip_id = inside.vip_id and runs.machine_id = inside.id)
        union all select x.id, null, null from ${x.from} where x.type = 'vip' and ${x.where}
          and ${ids === null ? sql`true` : sql`x.id = any(${ids}::bigint[])`}
          and not exists (select from inside where inside.vip_id = x.id))
      select to_jsonb(v) as vip, to_jsonb(s) as service, to_jsonb(m) as machine,
        ${first('s', 'port')} as port, ${first('v', 'address')} as address
      from answers join ${v.from} on v.id = answers.vip_id and ${v.where}
        left join ${s.from} on s.id = answers.service_id and ${s.where}
        left join ${m.from} on m.id = answers.machine_id and ${m.where}
      order by v.name_key, s.name_key, m.name_key limit ${limit}::integer`,
  )
}

/**
 * Puts a service on a machine into a VIP; answers whether it was not in it already. Throws `not-its-service` where the
 * service is not on that machine, `vip-ambiguous` where others would come in with it.
 */
export async function addToVip(change: Change, service: ThingRow, machine: ThingRow, vip: ThingRow): Promise<boolean> {
  const machines = await machinesOf(change, service)
  if (!machines.some(({ id }) => id === machine.id)) throw await notItsService(change, service, machine, machines)
  const before = await vipMembers(change, [vip.id], null, ALL)
  if (before.some((member) => member.service?.id === service.id && member.machine?.id === machine.id)) return false
  await attempt(change, async () => {
    const items = machines.length === 1 ? [service] : [service, machine]
    await insertAll(
      change,
      items.map((item) => ({ item, container: vip })),
    )
    const wanted = (member: VipMember) => member.service?.id === service.id && member.machine?.id === machine.id
    await refuseOthers(change, { service, machine, vip }, before, wanted)
  })
  return true
}

/**
 * Takes a service out of a VIP, or with a machine only that one; answers with the machines that answered for it. Throws
 * `not-in`, `not-its-service`, `vip-ambiguous`.
 */
export async function removeFromVip(
  change: Change,
  service: ThingRow,
  machine: ThingRow | null,
  vip: ThingRow,
): Promise<readonly ThingRow[]> {
  const before = await vipMembers(change, [vip.id], null, ALL)
  const mine = before.filter((member) => member.service?.id === service.id)
  const machines = mine.flatMap((member) => member.machine ?? [])
  if (mine.length === 0) throw new InventoryError('not-in', { thing: service.name, container: vip.name })
  if (machine && !machines.some(({ id }) => id === machine.id))
    throw await notItsService(change, service, machine, machines)
  const left = machine ? machines.filter(({ id }) => id !== machine.id) : []
  const direct = new Set(await directIn(change, vip))
  const others = new Set(
    before.filter((member) => member.service?.id !== service.id).map((member) => member.machine?.id ?? 0),
  )
  await attempt(change, async () => {
    const gone = machines.filter(({ id }) => direct.has(id) && !others.has(id) && !left.some((one) => one.id === id))
    if (gone.length > 0) await removeAll(change, gone, vip)
    if (left.length === 0) await removeAll(change, [service], vip)
    else
      await insertAll(
        change,
        left.filter(({ id }) => !direct.has(id)).map((item) => ({ item, container: vip })),
      )
    const isGone = (member: VipMember) =>
      member.service?.id === service.id && (machine === null || member.machine?.id === machine.id)
    await refuseOthers(
      change,
      { service, machine: machine ?? service, vip },
      before.filter((member) => !isGone(member)),
    )
  })
  return machine ? [machine] : machines
}

const ALL = 100_000

const keyOf = ({ service, machine }: VipMember): string => `${service?.id} ${machine?.id}`

/** Refuses a change after which others answer for the VIP than before, but for what was wanted. */
async function refuseOthers(
  change: Change,
  { service, machine, vip }: { readonly service: ThingRow; readonly machine: ThingRow; readonly vip: ThingRow },
  before: readonly VipMember[],
  wanted: (member: VipMember) => boolean = () => false,
): Promise<void> {
  const now = (await vipMembers(change, [vip.id], null, ALL)).filter(
    (member) => member.service !== null && !wanted(member),
  )
  const had = new Set(before.map(keyOf))
  const has = new Set(now.map(keyOf))
  const odd = now.find((member) => !had.has(keyOf(member))) ?? before.find((one) => one.service && !has.has(keyOf(one)))
  if (!odd) return
  const also = [odd.service?.name, odd.machine?.name].filter((name) => name !== undefined).join(' on ')
  throw new InventoryError('vip-ambiguous', { vip: vip.name, service: service.name, thing: machine.name, also })
}

function machinesOf(change: Change, service: ThingRow): Promise<ThingRow[]> {
  return rowsOf(
    change.knex,
    sql`select m.id, m.name, m.name_key, m.driver, m.type from edges e join things m on m.id = e.child_id
      where e.parent_id = ${service.id} order by m.name_key`,
  )
}

async function directIn(change: Change, vip: ThingRow): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    change.knex,
    sql`select child_id as id from edges where parent_id = ${vip.id}`,
  )
  return rows.map(({ id }) => id)
}

async function notItsService(change: Change, service: ThingRow, machine: ThingRow, on: readonly ThingRow[]) {
  const has = await rowsOf<{ name: string }>(
    change.knex,
    sql`select s.name from edges e join things s on s.id = e.parent_id
      where e.child_id = ${machine.id} and s.type = 'service' order by s.name_key limit 20`,
  )
  return new InventoryError('not-its-service', {
    service: service.name,
    thing: machine.name,
    on: on.map(({ name }) => name),
    has: has.map(({ name }) => name),
  })
}
