// Addresses that things hold, handed out from a network or not.
import { isIP } from 'node:net'
import type { Change, NewRow } from '../change.ts'
import { InventoryError } from '../error.ts'
import type { AddressRow } from '../rows.ts'
import { analyze } from './analyze.ts'
import { ask } from './ask.ts'

/**
 * Writes addresses. The same address twice in one network, or twice outside of any, is refused (`address-taken`); two
 * networks may each have it. Throws `illegal-address` for what is no IPv4 or IPv6 address (a mask is none of it).
 */
export async function addAddresses(change: Change, wanted: readonly NewRow<'addresses'>[]): Promise<AddressRow[]> {
  if (wanted.length === 0) return []
  for (const { address } of wanted) {
    if (isIP(address) === 0 || address.includes('%'))
      throw new InventoryError('illegal-address', { address, reason: address.includes('/') ? 'mask' : 'form' })
  }
  // The database compares addresses, whose text can be written in many ways.
  const [taken] = await ask<{ address: string; by: string }>(
    change,
    `with wanted as (
       select ordinality, address, network_id, thing_id
       from rows from (jsonb_to_recordset(?::jsonb) as (address inet, network_id bigint, thing_id bigint)) with ordinality
         as wanted(address, network_id, thing_id, ordinality))
     select host(wanted.address) as address, things.name as by
     from wanted
       join (select address, network_id, thing_id, 0 as ordinality from addresses
             union all select address, network_id, thing_id, ordinality from wanted) known
         on known.address = wanted.address and known.network_id is not distinct from wanted.network_id
           and known.ordinality < wanted.ordinality
       join things on things.id = known.thing_id
     order by wanted.ordinality limit 1`,
    [JSON.stringify(wanted.map(({ address, network_id, thing_id }) => ({ address, network_id, thing_id })))],
  )
  if (taken) throw new InventoryError('address-taken', taken)
  const rows = await change.insert('addresses', wanted)
  await analyze(change, rows.length, 'addresses')
  return rows
}
