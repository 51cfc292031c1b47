// What is written past the functions that check, as an undo does, is refused all the same.
import { describe, expect, it } from 'vitest'
import type { Change, NewRow } from '../../../src/inventory/change.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { insertAll } from '../../../src/inventory/write/containment.ts'
import { connect } from '../../../src/inventory/write/links.ts'
import { refuseBroken } from '../../../src/inventory/write/verify.ts'
import { databases } from '../open.ts'
import { world } from './world.ts'

describe.each(databases)('rules about what is written, on %s', (kind) => {
  const { add, change, rows } = world(kind)
  const pair = async (driver: string, name: string) => {
    const [a, b] = await add(driver, `${name}1`, `${name}2`)
    if (!a || !b) throw new Error('two things were asked for')
    return [a, b] as const
  }
  const edge = (container: ThingRow, item: ThingRow, unit: number | null = null): NewRow<'edges'> => ({
    parent_id: container.id,
    child_id: item.id,
    u_low: unit,
    u_high: unit,
    face: null,
  })
  const broken = (write: (c: Change) => Promise<unknown>, ...things: readonly ThingRow[]) =>
    change(async (c) => {
      await write(c)
      await refuseBroken(
        c,
        things.map(({ id }) => id),
      )
    })

  it('refuses units, locations, kinds and pools that do not go together', async () => {
    const [rack, next] = await pair('rack', 'r')
    const [one, other] = await pair('server', 's')
    const [pool] = await pair('pool', 'p')
    const [alone] = await pair('exclusivepool', 'x')
    const [hall] = await pair('datacenter', 'dc')
    const cases = [
      ['units-taken', [edge(rack, one, 3), edge(rack, other, 3)]],
      ['units-outside', [edge(rack, one, 46)]],
      ['already-located', [edge(rack, one), edge(next, one)]],
      ['not-a-container', [edge(one, rack)]],
      ['not-a-rack', [edge(hall, one, 3)]],
      ['pool-conflict', [edge(pool, one), edge(alone, one)]],
      ['cycle', [edge(pool, alone), edge(alone, pool)]],
    ] as const
    for (const [code, edges] of cases)
      await expect(broken((c) => c.insert('edges', edges), one, pool, rack)).rejects.toMatchObject({ code })
  })

  it('refuses half a cable and cables between two types', async () => {
    const [a, b] = await pair('server', 'cable')
    const link = (from: ThingRow, type: string, to: ThingRow, peer: string): NewRow<'links'> => ({
      thing_id: from.id,
      port_type: type,
      port_number: 1,
      peer_id: to.id,
      peer_type: peer,
      peer_number: 1,
    })
    await expect(broken((c) => c.insert('links', [link(a, 'nic-eth', b, 'nic-eth')]), a)).rejects.toMatchObject({
      code: 'port-taken',
    })
    const crossed = [link(a, 'nic-eth', b, 'pwr-nema-5'), link(b, 'pwr-nema-5', a, 'nic-eth')]
    await expect(broken((c) => c.insert('links', crossed), b)).rejects.toMatchObject({ code: 'port-types-differ' })
  })

  it('refuses another driver that lacks a connected port', async () => {
    const [one, strip] = [await pair('server', 'driven'), await pair('powerstrip', 'strip')]
    await change((c) => connect(c, { thing: one[0], port: null }, { thing: strip[0], port: null }))
    const virtual = { ...one[0], driver: 'virtualserver', type: 'virtualserver' }
    await expect(broken((c) => c.replace('things', [virtual]), one[0])).rejects.toMatchObject({
      code: 'unknown-port',
      facts: { thing: 'driven1', port: 'pwr-nema-5:1' },
    })
  })

  it('recomputes the closure where nothing is broken', async () => {
    const [pool, inner] = await pair('pool', 'fine')
    const [one] = await pair('server', 'good')
    await change((c) => insertAll(c, [{ item: one, container: inner }]))
    await broken((c) => c.insert('edges', [edge(pool, inner)]), inner)
    expect(
      await rows('select ancestor_id, depth from closure where descendant_id = ? order by depth', [one.id]),
    ).toEqual([
      { ancestor_id: inner.id, depth: 1 },
      { ancestor_id: pool.id, depth: 2 },
    ])
  })
})
