// What may stand where: racks and their units, locations, pools, classes and roles.
import { describe, expect, it } from 'vitest'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { setAttributes } from '../../../src/inventory/write/attributes.ts'
import { insertAll, type Placement, removeAll } from '../../../src/inventory/write/containment.ts'
import { addDrivers } from '../../../src/inventory/write/drivers.ts'
import { addThings } from '../../../src/inventory/write/things.ts'
import { databases } from '../open.ts'
import { integer, key, reference, world } from './world.ts'

describe.each(databases)('containment on %s', (kind) => {
  const { add, change, refused, rows } = world(kind)
  const into = (container: ThingRow, item: ThingRow, low?: number, high = low): Placement => ({
    item,
    container,
    units: low === undefined || high === undefined ? null : { low, high },
  })
  const put = async (...placements: readonly Placement[]) => (await change((c) => insertAll(c, placements))).result
  const refusedPut = (...placements: readonly Placement[]) => refused((c) => insertAll(c, placements))
  const pair = async (driver: string, name: string) => {
    const [a, b] = await add(driver, `${name}1`, `${name}2`)
    if (!a || !b) throw new Error('two things were asked for')
    return [a, b] as const
  }
  const unitsOf = (thing: ThingRow) => rows('select u_low, u_high, face from edges where child_id = ?', [thing.id])

  it('gives a thing as many units as it is high, or those that were typed, and says what is there already', async () => {
    const [rack] = await pair('rack', 'ra')
    const [one, other] = await pair('server', 'sa')
    await change((c) => addDrivers(c, [{ name: 'tall', spec: { extends: 'server', units: 2 } }]))
    const [tall] = await pair('tall', 'ta')
    expect(await put(into(rack, one, 11), into(rack, other, 20, 22), into(rack, tall, 30))).toEqual([
      'inserted',
      'inserted',
      'inserted',
    ])
    expect(await unitsOf(one)).toEqual([{ u_low: 11, u_high: 11, face: null }])
    expect(await unitsOf(other)).toEqual([{ u_low: 20, u_high: 22, face: null }])
    expect(await unitsOf(tall)).toEqual([{ u_low: 30, u_high: 31, face: null }])
    const again = await change((c) => insertAll(c, [into(rack, one, 11), into(rack, other), into(rack, tall, 30, 31)]))
    expect(again).toMatchObject({ version: null, result: ['already', 'already', 'already'] })
    expect(await refusedPut(into(rack, one, 12))).toEqual({
      code: 'already-located',
      facts: { thing: 'sa1', location: 'ra1:U11', wanted: 'ra1:U12' },
    })
  })

  it('refuses units that are occupied, outside of the rack, or not in a rack', async () => {
    const [rack, low] = await pair('rack', 'rb')
    const [one, other] = await pair('server', 'sb')
    const [hall] = await pair('datacenter', 'dcb')
    await change((c) => setAttributes(c, [{ thing: low, port: '' }], [{ key: key('maxu'), values: [integer(4)] }]))
    await put(into(rack, one, 10, 12))
    for (const [from, to] of [
      [12, 12],
      [10, 10],
      [9, 13],
      [12, 14],
      [11.5, 11.5],
    ] as const)
      expect(await refusedPut(into(rack, other, from, to))).toMatchObject({
        code: 'units-taken',
        facts: { rack: 'rb1', by: 'sb1' },
      })
    expect(await refusedPut(into(rack, other, 46))).toEqual({
      code: 'units-outside',
      facts: { rack: 'rb1', units: 'U46', min: 1, max: 45 },
    })
    expect((await refusedPut(into(rack, other, 0))).code).toBe('units-outside')
    expect((await refusedPut(into(low, other, 4, 5))).facts).toMatchObject({ max: 4 })
    expect((await refusedPut(into(hall, other, 4))).code).toBe('not-a-rack')
    expect(await put(into(rack, other, 13))).toEqual(['inserted'])
    const lower = { key: key('maxu'), values: [integer(12)] }
    expect(await refused((c) => setAttributes(c, [{ thing: rack, port: '' }], [lower]))).toMatchObject({
      code: 'units-outside',
      facts: { units: 'U13', max: 12 },
    })
  })

  it('refuses two of the same list that would stand in each other, and takes none of the list', async () => {
    const [rack] = await pair('rack', 'rc')
    const [one, other] = await pair('server', 'sc')
    expect(await refusedPut(into(rack, one, 3), into(rack, other, 3))).toMatchObject({ code: 'units-taken' })
    expect(await unitsOf(one)).toEqual([])
  })

  it('keeps the faces apart, counts halves, and gives no unit to what has no height', async () => {
    const [rack] = await pair('rack', 'rd')
    const [front, rear] = await pair('server', 'sd')
    const [both] = await pair('appliance', 'ad')
    await put({ ...into(rack, front, 5), face: 'front' }, { ...into(rack, rear, 5), face: 'rear' })
    expect((await refusedPut(into(rack, both, 5))).code).toBe('units-taken')
    await change((c) =>
      addDrivers(c, [
        { name: 'half', spec: { extends: 'appliance', units: 0.5 } },
        { name: 'flat', spec: { extends: 'powerstrip', units: 0 } },
      ]),
    )
    const [lower, upper] = await pair('half', 'hd')
    const [strip] = await pair('flat', 'fd')
    expect(await put(into(rack, lower, 7), into(rack, upper, 7.5), into(rack, strip, 7))).toHaveLength(3)
    expect(await unitsOf(upper)).toEqual([{ u_low: 7.5, u_high: 7.5, face: null }])
    expect(await unitsOf(strip)).toEqual([{ u_low: null, u_high: null, face: null }])
    expect((await refusedPut(into(rack, both, 7))).facts).toMatchObject({ units: 'U7' })
    expect(await put(into(rack, both, 8))).toEqual(['inserted'])
  })

  it('lets a thing stand in one location, and move by being removed first', async () => {
    const [rack, next] = await pair('rack', 're')
    const [one] = await pair('server', 'se')
    await put(into(rack, one))
    expect(await refusedPut(into(next, one, 1))).toEqual({
      code: 'already-located',
      facts: { thing: 'se1', location: 're1', wanted: 're2' },
    })
    expect(await put(into(rack, one, 9))).toEqual(['inserted'])
    expect(await unitsOf(one)).toEqual([{ u_low: 9, u_high: 9, face: null }])
    await change((c) => removeAll(c, [one], rack))
    expect(await refused((c) => removeAll(c, [one], rack))).toEqual({
      code: 'not-in',
      facts: { thing: 'se1', container: 're1' },
    })
    expect(await put(into(next, one, 1))).toEqual(['inserted'])
  })

  it('refuses what a container does not hold, and virtual machines in racks', async () => {
    const [rack] = await pair('rack', 'rf')
    const [host] = await pair('server', 'sf')
    const [machine] = await pair('virtualserver', 'vf')
    const [pool] = await pair('pool', 'pf')
    for (const [container, item] of [
      [rack, pool],
      [rack, machine],
      [machine, host],
    ] as const)
      expect(await refusedPut(into(container, item))).toEqual({
        code: 'not-a-container',
        facts: { container: container.name, driver: container.driver, thing: item.name },
      })
    expect(await put(into(host, machine))).toEqual(['inserted'])
  })

  it('refuses cycles of any length, also within one list', async () => {
    const [a, b] = await pair('pool', 'pg')
    const [c, d] = await pair('pool', 'ph')
    expect(await refusedPut(into(a, a))).toMatchObject({ code: 'cycle' })
    await put(into(a, b), into(b, c))
    expect(await refusedPut(into(c, a))).toEqual({ code: 'cycle', facts: { thing: 'pg1', container: 'ph1' } })
    expect(await refusedPut(into(c, d), into(d, a))).toMatchObject({ code: 'cycle' })
    expect(await put(into(a, c))).toEqual(['inserted'])
  })

  it('keeps members of an exclusive pool out of every other pool, whichever came first', async () => {
    const [alone] = await pair('exclusivepool', 'xi')
    const [pool, outer] = await pair('pool', 'pi')
    const [one, other] = await pair('server', 'si')
    await put(into(alone, one), into(pool, other))
    expect(await refusedPut(into(pool, one))).toEqual({
      code: 'pool-conflict',
      facts: { thing: 'si1', pool: 'xi1', other: 'pi1', kind: 'exclusive' },
    })
    expect(await refusedPut(into(alone, other))).toMatchObject({
      code: 'pool-conflict',
      facts: { thing: 'si2', pool: 'xi1', other: 'pi1' },
    })
    expect(await refusedPut(into(outer, alone))).toMatchObject({ code: 'pool-conflict', facts: { thing: 'si1' } })
    const [fact] = await pair('class', 'ci')
    expect(await put(into(fact, one))).toEqual(['inserted'])
  })

  it('keeps a thing in one unique pool at most, also through pools in pools', async () => {
    const [first, second] = await pair('uniquepool', 'uj')
    const [pool, inner] = await pair('pool', 'pj')
    const [one] = await pair('server', 'sj')
    await put(into(first, one), into(pool, one), into(inner, one))
    expect(await refusedPut(into(second, one))).toEqual({
      code: 'pool-conflict',
      facts: { thing: 'sj1', pool: 'uj1', other: 'uj2', kind: 'unique' },
    })
    expect(await refusedPut(into(second, inner))).toMatchObject({ code: 'pool-conflict', facts: { thing: 'sj1' } })
    await change((c) => removeAll(c, [one], first))
    expect(await put(into(second, inner))).toEqual(['inserted'])
  })

  it('gives a role only with its classes, in one list too, and keeps the classes while the role is there', async () => {
    const [role] = await pair('role', 'rk')
    const [fact, other] = await pair('class', 'ck')
    const [one] = await pair('server', 'sk')
    const requires = { key: key('requires'), values: [reference('ck1'), reference('CK2')] }
    await change((c) => setAttributes(c, [{ thing: role, port: '' }], [requires]))
    await put(into(fact, one))
    const missing = { code: 'role-needs-class', facts: { thing: 'sk1', role: 'rk1', missing: ['ck2'] } }
    expect(await refusedPut(into(role, one))).toEqual(missing)
    expect(await put(into(role, one), into(other, one))).toEqual(['inserted', 'inserted'])
    expect(await refused((c) => removeAll(c, [one], other))).toEqual({
      ...missing,
      facts: { ...missing.facts, taken: true },
    })
    await change((c) => removeAll(c, [one], role))
    await change((c) => removeAll(c, [one], other))
  })

  it('inserts thousands with a constant number of statements', async () => {
    const count = async (size: number) => {
      const { result } = await change(async (c) => {
        const server = c.catalogue.get('server')
        const pool = c.catalogue.get('pool')
        if (!server || !pool) throw new Error('the drivers ship')
        const things = await addThings(
          c,
          Array.from({ length: size }, (_, index) => ({ name: `bulk${size}-${index}`, driver: server })),
        )
        const [container] = await addThings(c, [{ name: `bulk${size}`, driver: pool }])
        if (!container) throw new Error('one thing was asked for')
        let statements = 0
        const seen = () => {
          statements++
        }
        c.knex.on('query', seen)
        await insertAll(
          c,
          things.map((item) => into(container, item)),
        )
        c.knex.off('query', seen)
        return statements
      })
      return result
    }
    const few = await count(1000)
    expect(few).toBeLessThan(30)
    expect(await count(3000)).toBe(few)
  })
})
