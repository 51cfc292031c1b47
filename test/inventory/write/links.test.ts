// Cables: which ports are chosen, and what is refused.
import { describe, expect, it } from 'vitest'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { addAttributes } from '../../../src/inventory/write/attributes.ts'
import { connect, connectAll, disconnect, type Port } from '../../../src/inventory/write/links.ts'
import { printPort } from '../../../src/inventory/write/port.ts'
import { databases } from '../open.ts'
import { key, text, world } from './world.ts'

const nic = (number: number): Port => ({ type: 'nic-eth', number })

describe.each(databases)('cables on %s', (kind) => {
  const { add, change, refused, rows } = world(kind)
  const one = async (driver: string, name: string) => {
    const [thing] = await add(driver, name)
    if (!thing) throw new Error('a thing was asked for')
    return thing
  }
  type Ends = [a: ThingRow, aPort: Port | null, b: ThingRow, bPort: Port | null]
  const work =
    (...[a, aPort, b, bPort]: Ends) =>
    (c: Parameters<Parameters<typeof change>[0]>[0]) =>
      connect(c, { thing: a, port: aPort }, { thing: b, port: bPort })
  const join = async (...ends: Ends) => {
    const { result, version } = await change(work(...ends))
    return [printPort(result.a), printPort(result.b), result.already, version !== null]
  }
  const refusedJoin = (...ends: Ends) => refused(work(...ends))

  it('chooses ports by role, the lowest that are free', async () => {
    const server = await one('server', 'a1')
    const other = await one('server', 'a2')
    const switched = await one('networkswitch', 'asw')
    const strip = await one('powerstrip', 'ap')
    const lines = await one('consoleserver', 'ac')
    expect(await join(server, null, switched, null)).toEqual(['a1:nic-eth:1', 'asw:nic-eth:1', false, true])
    expect(await join(other, null, switched, null)).toEqual(['a2:nic-eth:1', 'asw:nic-eth:2', false, true])
    expect(await join(strip, null, server, null)).toEqual(['ap:pwr-nema-5:1', 'a1:pwr-nema-5:1', false, true])
    expect(await join(lines, null, server, null)).toEqual(['ac:console-serial:1', 'a1:console-serial:1', false, true])
    expect(await join(other, null, server, null)).toEqual(['a2:nic-eth:2', 'a1:nic-eth:2', false, true])
    expect(await refusedJoin(other, null, lines, nic(1))).toEqual({
      code: 'no-free-port',
      facts: { thing: 'a2', type: 'nic-eth' },
    })
  })

  it('takes no other kind of port when those that fit are taken', async () => {
    const server = await one('server', 'n1')
    const strip = await one('powerstrip', 'np1')
    const second = await one('powerstrip', 'np2')
    await join(server, null, strip, null)
    expect(await refusedJoin(server, null, second, null)).toEqual({
      code: 'no-free-port',
      facts: { thing: 'n1', type: 'pwr-nema-5' },
    })
    const pool = await one('pool', 'npool')
    expect(await refusedJoin(server, null, pool, null)).toMatchObject({
      code: 'no-common-port',
      facts: { a: 'n1', b: 'npool', bHas: [] },
    })
  })

  it('keeps named ports, chooses the other side, and says what is connected already', async () => {
    const server = await one('server', 'b1')
    const switched = await one('networkswitch', 'bsw')
    expect(await join(server, nic(2), switched, null)).toEqual(['b1:nic-eth:2', 'bsw:nic-eth:1', false, true])
    expect(await join(server, nic(1), switched, nic(4))).toEqual(['b1:nic-eth:1', 'bsw:nic-eth:4', false, true])
    expect(await join(server, nic(1), switched, nic(4))).toEqual(['b1:nic-eth:1', 'bsw:nic-eth:4', true, false])
    expect(await join(switched, null, server, null)).toEqual(['bsw:nic-eth:1', 'b1:nic-eth:2', true, false])
    expect(await join(switched, nic(4), server, null)).toEqual(['bsw:nic-eth:4', 'b1:nic-eth:1', true, false])
    expect(
      await rows('select thing_id, port_number, peer_id, peer_number from links where thing_id = ? order by 2', [
        server.id,
      ]),
    ).toEqual([
      { thing_id: server.id, port_number: 1, peer_id: switched.id, peer_number: 4 },
      { thing_id: server.id, port_number: 2, peer_id: switched.id, peer_number: 1 },
    ])
  })

  it('refuses ports that are taken, missing or zero, of two types, or of one thing', async () => {
    const server = await one('server', 'c1')
    const other = await one('server', 'c2')
    const switched = await one('networkswitch', 'csw')
    const power: Port = { type: 'pwr-nema-5', number: 1 }
    await join(server, nic(1), switched, nic(1))
    expect(await refusedJoin(other, nic(1), switched, nic(1))).toEqual({
      code: 'port-taken',
      facts: { port: 'csw:nic-eth:1', peer: 'c1:nic-eth:1' },
    })
    expect(await refusedJoin(server, nic(1), switched, nic(2))).toMatchObject({ facts: { peer: 'csw:nic-eth:1' } })
    expect(await refusedJoin(server, nic(1), other, null)).toMatchObject({ code: 'port-taken' })
    for (const port of [nic(0), nic(3), { type: 'usb', number: 1 }])
      expect(await refusedJoin(server, port, switched, nic(2))).toMatchObject({
        code: 'unknown-port',
        facts: { thing: 'c1', port: `${port.type}:${port.number}` },
      })
    expect(await refusedJoin(server, power, switched, nic(2))).toEqual({
      code: 'port-types-differ',
      facts: { a: 'c1:pwr-nema-5:1', b: 'csw:nic-eth:2' },
    })
    expect(await refusedJoin(server, null, server, null)).toMatchObject({ code: 'self-connection' })
    expect(await refusedJoin(server, nic(2), server, nic(2))).toMatchObject({ code: 'self-connection' })
  })

  it('connects many at once: the same cable twice is one, a port in two cables is refused', async () => {
    const switched = await one('networkswitch', 'dsw')
    const servers = await add('server', ...Array.from({ length: 40 }, (_, index) => `d${index}`))
    const cables = servers.map((thing, index) => ({
      a: { thing, ...nic(1) },
      b: { thing: switched, ...nic(index + 1) },
    }))
    const [first, second] = cables
    if (!first || !second) throw new Error('there are 40')
    const twice = [...cables, { a: first.b, b: first.a }]
    expect((await change((c) => connectAll(c, twice))).result).toBe(40)
    expect(await change((c) => connectAll(c, twice))).toMatchObject({ result: 0, version: null })
    const crossed = { a: { thing: second.a.thing, ...nic(2) }, b: { thing: switched, ...nic(45) } }
    expect(
      await refused((c) => connectAll(c, [crossed, { a: { thing: first.a.thing, ...nic(2) }, b: crossed.b }])),
    ).toEqual({ code: 'port-taken', facts: { port: 'dsw:nic-eth:45', peer: 'd1:nic-eth:2' } })
  })

  it('connects further ports that hold attributes', async () => {
    const server = await one('server', 'e1')
    const switched = await one('networkswitch', 'esw')
    await change((c) =>
      addAttributes(c, [{ thing: server, port: 'nic-eth:9' }], key('name'), [text('mgmt0')], { extraPorts: true }),
    )
    expect(await join(server, nic(9), switched, null)).toEqual(['e1:nic-eth:9', 'esw:nic-eth:1', false, true])
    expect(await refusedJoin(server, nic(8), switched, null)).toMatchObject({
      facts: { has: ['nic-eth:1-2', 'pwr-nema-5:1', 'console-serial:1', 'nic-eth:9'] },
    })
  })

  it('cuts one cable, those between two things, or all of a thing', async () => {
    const server = await one('server', 'f1')
    const switched = await one('networkswitch', 'fsw')
    const strip = await one('powerstrip', 'fp')
    const cut = async (a: ThingRow, port: Port | null, b: ThingRow | null) =>
      (await change((c) => disconnect(c, { thing: a, port }, b ? { thing: b, port: null } : null))).result.map(
        ({ a, b }) => `${printPort(a)} ${printPort(b)}`,
      )
    const connected = async () => {
      await join(server, null, switched, null)
      await join(server, null, strip, null)
    }
    await connected()
    expect(await cut(switched, nic(1), null)).toEqual(['fsw:nic-eth:1 f1:nic-eth:1'])
    expect(await refused((c) => disconnect(c, { thing: server, port: nic(1) }, null))).toEqual({
      code: 'not-connected',
      facts: { port: 'f1:nic-eth:1' },
    })
    expect(await refused((c) => disconnect(c, { thing: server, port: null }, { thing: switched, port: null }))).toEqual(
      {
        code: 'not-connected',
        facts: { port: 'f1', peer: 'fsw' },
      },
    )
    await connected()
    expect(await cut(server, null, strip)).toEqual(['f1:pwr-nema-5:1 fp:pwr-nema-5:1'])
    expect(await cut(server, null, null)).toEqual(['f1:nic-eth:1 fsw:nic-eth:1'])
    expect(await rows('select * from links where thing_id = ? or peer_id = ?', [server.id, server.id])).toEqual([])
  })
})
