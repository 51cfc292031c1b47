// Things come, change their names and drivers, and go.
import { describe, expect, it } from 'vitest'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { addAddresses } from '../../../src/inventory/write/addresses.ts'
import { setAttributes } from '../../../src/inventory/write/attributes.ts'
import { insertAll } from '../../../src/inventory/write/containment.ts'
import { deleteThings } from '../../../src/inventory/write/delete.ts'
import { addDrivers } from '../../../src/inventory/write/drivers.ts'
import { connect } from '../../../src/inventory/write/links.ts'
import { addThings, renameThings, setDriver } from '../../../src/inventory/write/things.ts'
import { databases } from '../open.ts'
import { integer, key, reference, world } from './world.ts'

describe.each(databases)('things on %s', (kind) => {
  const { add, change, get, refused, rows } = world(kind)
  const pair = async (driver: string, name: string) => {
    const [a, b] = await add(driver, `${name}1`, `${name}2`)
    if (!a || !b) throw new Error('two things were asked for')
    return [a, b] as const
  }
  const put = (container: ThingRow, ...items: readonly ThingRow[]) =>
    change((c) =>
      insertAll(
        c,
        items.map((item) => ({ item, container })),
      ),
    )
  const driver = (name: string) => (c: Parameters<Parameters<typeof change>[0]>[0]) => {
    const found = c.catalogue.get(name)
    if (!found) throw new Error(`no driver ${name}`)
    return found
  }
  const names = async (pattern: string) =>
    (await rows<{ name: string }>('select name from things where name_key like ? order by name_key', [pattern])).map(
      ({ name }) => name,
    )

  it('adds things with the defaults of their driver, which attributes replace', async () => {
    await change((c) =>
      addThings(c, [
        { name: 'Low', driver: driver('rack')(c), attributes: [{ key: key('maxu'), value: integer(4) }] },
        { name: 'self', driver: driver('server')(c), attributes: [{ key: key('owner'), value: reference('low') }] },
      ]),
    )
    expect(await get('Low')).toMatchObject({ name_key: 'low', driver: 'rack', type: 'rack' })
    expect(
      await rows(
        `select key, text from attributes where thing_id = (select id from things where name = 'Low') order by key`,
      ),
    ).toEqual([
      { key: 'maxu', text: '4' },
      { key: 'minu', text: '1' },
    ])
  })

  it('refuses names that are taken, given twice or illegal, whatever their case', async () => {
    await add('server', 'Taken')
    const adding = (...wanted: readonly string[]) =>
      refused((c) =>
        addThings(
          c,
          wanted.map((name) => ({ name, driver: driver('server')(c) })),
        ),
      )
    expect(await adding('fresh', 'TAKEN')).toEqual({ code: 'name-taken', facts: { name: 'TAKEN', by: 'Taken' } })
    expect(await adding('ｔａｋｅｎ')).toMatchObject({ code: 'name-taken' })
    expect(await adding('twice', 'TWICE')).toEqual({ code: 'same-name-twice', facts: { name: 'TWICE' } })
    for (const name of ['a b', 'a:b', '#a', '-a', '/a', 'and', '2026-11-01', '', 'a*', 'a\0'])
      expect(await adding(name)).toMatchObject({ code: 'illegal-name', facts: { name } })
    expect(await names('fresh%')).toEqual([])
  })

  it('renames all at once: ranges that overlap, exchanges, the same name in another case', async () => {
    const [a, b] = await pair('server', 'move')
    await change((c) =>
      renameThings(c, [
        { thing: a, to: 'move2' },
        { thing: b, to: 'move3' },
      ]),
    )
    expect(await get('move2')).toMatchObject({ id: a.id })
    const [second, third] = [await get('move2'), await get('move3')]
    await change((c) =>
      renameThings(c, [
        { thing: second, to: 'move3' },
        { thing: third, to: 'Move2' },
      ]),
    )
    expect(await names('move%')).toEqual(['Move2', 'move3'])
    const same = await get('move3')
    expect((await change((c) => renameThings(c, [{ thing: same, to: 'move3' }]))).version).toBeNull()
    expect(await refused((c) => renameThings(c, [{ thing: same, to: 'MOVE2' }]))).toMatchObject({ code: 'name-taken' })
    expect(await refused((c) => renameThings(c, [{ thing: same, to: 'a,b' }]))).toMatchObject({ code: 'illegal-name' })
  })

  it('refuses to delete what others hang on, and names them', async () => {
    const [rack] = await pair('rack', 'dr')
    const [net] = await pair('network', 'dn')
    const [one, other] = await pair('server', 'ds')
    await put(rack, one)
    await change(async (c) => {
      await connect(c, { thing: one, port: null }, { thing: other, port: null })
      await setAttributes(c, [{ thing: other, port: '' }], [{ key: key('owner'), values: [reference('ds1')] }])
      await addAddresses(c, [
        { address: '10.9.0.1', network_id: net.id, thing_id: one.id, port: '', state: 'bound' },
        { address: '10.9.0.2', network_id: net.id, thing_id: net.id, port: '', state: 'reserved' },
      ])
    })
    const deleting = (...things: readonly ThingRow[]) => refused((c) => deleteThings(c, things, { force: false }))
    expect(await deleting(rack)).toEqual({
      code: 'still-in-use',
      facts: { things: ['dr1'], hanging: [{ thing: 'ds1', what: 'in dr1' }], total: 1 },
    })
    expect((await deleting(one)).facts).toEqual({
      things: ['ds1'],
      hanging: [
        { thing: 'ds1', what: 'holds 10.9.0.1 of dn1' },
        { thing: 'ds2', what: 'connected to ds1:nic-eth:1' },
        { thing: 'ds2', what: 'owner refers to ds1' },
      ],
      total: 3,
    })
    expect((await deleting(net)).facts).toMatchObject({ hanging: [{ thing: 'ds1', what: 'holds 10.9.0.1 of dn1' }] })
    await change((c) => deleteThings(c, [rack, one, other, net], { force: false }))
    expect(await names('d__')).toEqual(['dn2', 'dr2'])
    expect(await rows('select * from links')).toEqual([])
    expect(await rows('select * from addresses')).toEqual([])
  })

  it('lists twenty of what hangs, says how many there are, and cuts all of it when forced', async () => {
    const [pool] = await pair('pool', 'big')
    const members = await add('server', ...Array.from({ length: 30 }, (_, index) => `member${index}`))
    await put(pool, ...members)
    const { facts } = await refused((c) => deleteThings(c, [pool], { force: false }))
    expect((facts as { hanging: unknown[] }).hanging).toHaveLength(20)
    expect(facts).toMatchObject({ total: 30 })
    await change((c) => deleteThings(c, [pool], { force: true }))
    expect(await rows('select * from edges where parent_id = ?', [pool.id])).toEqual([])
    expect(await rows('select * from closure where ancestor_id = ?', [pool.id])).toEqual([])
    expect(await names('member%')).toHaveLength(30)
  })

  it('deletes a member together with its place in pools', async () => {
    const [pool] = await pair('pool', 'keep')
    const [one, other] = await pair('server', 'leave')
    await put(pool, one, other)
    await change((c) => deleteThings(c, [one], { force: false }))
    expect(await rows('select descendant_id from closure where ancestor_id = ?', [pool.id])).toEqual([
      { descendant_id: other.id },
    ])
  })

  it('gives another driver unless what stands there would not be allowed', async () => {
    const [rack] = await pair('rack', 'vr')
    const [one, other] = await pair('server', 'vs')
    const [strip] = await pair('powerstrip', 'vp')
    await put(rack, one)
    const virtual = (thing: ThingRow) => (c: Parameters<Parameters<typeof change>[0]>[0]) =>
      setDriver(c, [thing], driver('virtualserver')(c))
    expect(await refused(virtual(one))).toMatchObject({ code: 'not-a-container', facts: { thing: 'vs1' } })
    await change((c) => connect(c, { thing: other, port: null }, { thing: strip, port: null }))
    expect(await refused(virtual(other))).toEqual({
      code: 'port-in-use',
      facts: { thing: 'vs2', driver: 'virtualserver', port: 'pwr-nema-5:1', peer: `${strip.name}:pwr-nema-5:1` },
    })
    const [third] = await pair('server', 'vt')
    await change(virtual(third))
    expect(await get('vt1')).toMatchObject({ driver: 'virtualserver', type: 'virtualserver', id: third.id })
    const made = await get('vt1')
    expect((await change(virtual(made))).version).toBeNull()
    await change((c) => setDriver(c, [made], driver('rack')(c)))
    expect(await rows('select key from attributes where thing_id = ? order by key', [made.id])).toEqual([
      { key: 'maxu' },
      { key: 'minu' },
    ])
  })

  it('turns a pool into an exclusive one only where its members are in no other', async () => {
    const [pool, other] = await pair('pool', 'turn')
    const [one] = await pair('server', 'turned')
    await put(pool, one)
    await put(other, one)
    const exclusive = (c: Parameters<Parameters<typeof change>[0]>[0]) =>
      setDriver(c, [pool], driver('exclusivepool')(c))
    expect(await refused(exclusive)).toMatchObject({ code: 'pool-conflict', facts: { thing: 'turned1' } })
  })

  it('adds drivers once, refuses those that ship and those that extend nothing', async () => {
    const spec = { extends: 'Server', units: 2, ports: { 'nic-eth': { count: 4, role: 'network' } } } as const
    const adding = () => change((c) => addDrivers(c, [{ name: 'R740', spec }]))
    expect((await adding()).result).toBe(1)
    expect((await adding()).version).toBeNull()
    expect(await rows('select name, spec from drivers')).toEqual([{ name: 'R740', spec }])
    const refusedSpec = (name: string, base: string) =>
      refused((c) => addDrivers(c, [{ name, spec: { extends: base } }]))
    expect(await refusedSpec('Server', 'rack')).toMatchObject({ code: 'name-taken' })
    expect(await refusedSpec('nothing', 'nowhere')).toMatchObject({ code: 'unknown-driver' })
    expect(await refusedSpec('loop', 'loop')).toMatchObject({ code: 'unknown-driver' })
    const { result } = await change((c) => addThings(c, [{ name: 'big1', driver: driver('r740')(c) }]))
    expect(result).toMatchObject([{ driver: 'R740', type: 'server' }])
    const fewer = { ...spec, ports: { 'nic-eth': { count: 2, role: 'network' } } } as const
    const [big] = result
    if (!big) throw new Error('nothing was added')
    const [other] = await pair('server', 'far')
    const end = (thing: ThingRow) => ({ thing, port: { type: 'nic-eth', number: thing === big ? 3 : 1 } })
    await change((c) => connect(c, end(big), end(other)))
    expect(await refused((c) => addDrivers(c, [{ name: 'R740', spec: fewer }]))).toEqual({
      code: 'port-in-use',
      facts: { thing: 'big1', driver: 'R740', port: 'nic-eth:3', peer: 'far1:nic-eth:1', update: true },
    })
  })

  it('keeps an address once in a network, however it is written', async () => {
    const [net, next] = await pair('network', 'an')
    const [one] = await pair('server', 'as')
    const address = (text: string, network: ThingRow) => ({
      address: text,
      network_id: network.id,
      thing_id: one.id,
      port: '',
      state: 'bound' as const,
    })
    await change((c) => addAddresses(c, [address('2001:db8::7', net), address('2001:db8::7', next)]))
    expect(await refused((c) => addAddresses(c, [address('2001:DB8:0::7', net)]))).toEqual({
      code: 'address-taken',
      facts: { address: '2001:db8::7', by: 'as1' },
    })
    expect(await refused((c) => addAddresses(c, [address('10.1.1.1', net), address('10.1.1.1', net)]))).toMatchObject({
      code: 'address-taken',
    })
    for (const wrong of ['10.0.0.256', '10.0.0.0/24', 'web', ''])
      expect(await refused((c) => addAddresses(c, [address(wrong, net)]))).toMatchObject({ code: 'illegal-address' })
  })
})
