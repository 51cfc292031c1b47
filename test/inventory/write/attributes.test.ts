// What `attr set`, `add` and `del` write, count and refuse.
import { describe, expect, it } from 'vitest'
import type { Value } from '../../../src/grammar/ast.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import {
  addAttributes,
  addEach,
  deleteAttributes,
  type Holder,
  setAttributes,
} from '../../../src/inventory/write/attributes.ts'
import { deleteThings } from '../../../src/inventory/write/delete.ts'
import { renameThings } from '../../../src/inventory/write/things.ts'
import { databases } from '../open.ts'
import { integer, key, reference, text, world } from './world.ts'

describe.each(databases)('attributes on %s', (kind) => {
  const { add, change, refused, rows } = world(kind)
  const one = async (name: string): Promise<Holder> => {
    const [thing] = await add('server', name)
    if (!thing) throw new Error('a thing was asked for')
    return { thing, port: '' }
  }
  const set = (holder: Holder, name: string, ...values: readonly Value[]) =>
    change((c) => setAttributes(c, [holder], [{ key: key(name), values }]))
  const added = (holder: Holder, name: string, ...values: readonly Value[]) =>
    change((c) => addAttributes(c, [holder], key(name), values))
  const del = (holder: Holder, name: string, ...values: readonly Value[]) =>
    change((c) => deleteAttributes(c, [holder], key(name), values.length === 0 ? null : values))
  const values = async ({ thing, port }: { thing: ThingRow; port: string }) =>
    (
      await rows<{ it: string }>(
        `select key || case when subkey = '' then '' else '.' || subkey end || coalesce('#' || number, '') || '=' || text
           || ':' || type as it from attributes where thing_id = ? and port = ? order by 1`,
        [thing.id, port],
      )
    ).map(({ it }) => it)

  it('keeps every type with what it compares as', async () => {
    const s = await one('types')
    const moment: Value = { type: 'datetime', value: '2007-12-16T07:46:00Z' }
    const big: Value = { type: 'integer', value: 2n ** 63n - 1n }
    const json: Value = { type: 'json', value: '{"a":["\\u0000"]}' }
    await added(s, 'a', big, { type: 'decimal', value: '1.50' }, { type: 'boolean', value: true }, moment, json)
    await added(s, 'b', text('16G'), text('012'), reference('TYPES'))
    expect(
      await rows('select type, text, num::text, at, ref_id from attributes where thing_id = ? order by id', [
        s.thing.id,
      ]),
    ).toEqual([
      { type: 'integer', text: '9223372036854775807', num: '9223372036854775807', at: null, ref_id: null },
      { type: 'decimal', text: '1.50', num: '1.5', at: null, ref_id: null },
      { type: 'boolean', text: 'true', num: null, at: null, ref_id: null },
      { type: 'datetime', text: moment.value, num: null, at: new Date(moment.value), ref_id: null },
      { type: 'json', text: json.value, num: null, at: null, ref_id: null },
      { type: 'text', text: '16G', num: '17179869184', at: null, ref_id: null },
      { type: 'text', text: '012', num: null, at: null, ref_id: null },
      { type: 'reference', text: 'types', num: null, at: null, ref_id: s.thing.id },
    ])
  })

  it('sets exactly one key, subkey and number, and writes nothing where it is so already', async () => {
    const s = await one('exact')
    await added(s, 'disk.size', text('1T'))
    await added(s, 'disk.size#0', text('2T'))
    await added(s, 'disk', text('ssd'))
    expect((await set(s, 'disk.size#0', text('3T'))).result).toBe(1)
    expect(await values(s)).toEqual(['disk.size#0=3T:text', 'disk.size=1T:text', 'disk=ssd:text'])
    expect((await set(s, 'disk.size#0', text('3T'))).version).toBeNull()
    await set(s, 'n', integer(12))
    expect((await set(s, 'n', text('12'))).result).toBe(1)
  })

  it('compares the values of a set as a multiset, and keeps the rows that stay', async () => {
    const s = await one('multiset')
    await set(s, 'tag', text('a'), text('b'), text('b'))
    expect((await set(s, 'tag', text('b'), text('a'), text('b'))).version).toBeNull()
    expect((await set(s, 'tag', text('a'), text('b'), text('c'))).result).toBe(1)
    expect((await set(s, 'tag', text('c'))).result).toBe(2)
    expect(await values(s)).toEqual(['tag=c:text'])
  })

  it('adds a row again where it is there, and sets several keys of several things at once', async () => {
    const [a, b] = [await one('many1'), await one('many2')]
    await added(a, 'alias', text('x'))
    await added(a, 'alias', text('x'))
    expect(await values(a)).toEqual(['alias=x:text', 'alias=x:text'])
    const sets = [
      { key: key('env'), values: [text('prod')] },
      { key: key('rack'), values: [integer(4)] },
    ]
    expect((await change((c) => setAttributes(c, [a, b], sets))).result).toBe(4)
    expect(await values(b)).toEqual(['env=prod:text', 'rack=4:integer'])
  })

  it('counts automatic numbers up from 0 for each thing and key, and never gives one twice', async () => {
    const [a, b] = [await one('auto1'), await one('auto2')]
    await change((c) => addAttributes(c, [a, b], key('foo#'), [text('x'), text('y')]))
    expect(await values(a)).toEqual(['foo#0=x:text', 'foo#1=y:text'])
    expect(await values(b)).toEqual(['foo#0=x:text', 'foo#1=y:text'])
    await del(a, 'foo#1')
    await added(a, 'foo#', text('z'))
    await added(a, 'bar#', text('z'))
    await added(a, 'foo#7', text('typed'))
    await added(a, 'foo#', text('after'))
    expect(await values(a)).toEqual([
      'bar#0=z:text',
      'foo#0=x:text',
      'foo#2=z:text',
      'foo#7=typed:text',
      'foo#8=after:text',
    ])
  })

  it('deletes by value as typed and as text, and refuses where there is none', async () => {
    const s = await one('del')
    await added(s, 'n', integer(12), text('12'), text('012'), integer(13))
    expect((await del(s, 'n', integer(12))).result).toBe(2)
    expect(await values(s)).toEqual(['n=012:text', 'n=13:integer'])
    expect(await refused((c) => deleteAttributes(c, [s], key('n'), [integer(12)]))).toEqual({
      code: 'no-such-attribute',
      facts: { thing: 'del', key: 'n', values: ['12'] },
    })
    expect((await del(s, 'n')).result).toBe(2)
    expect(await del(s, 'n')).toMatchObject({ result: 0, version: null })
    await added(s, 'd', { type: 'decimal', value: '1.5' })
    expect((await del(s, 'd', { type: 'decimal', value: '1.50' })).result).toBe(1)
  })

  it('refuses keys that are reserved, malformed or secret', async () => {
    const s = await one('keys')
    const attempt = (name: string) => (c: Parameters<Parameters<typeof change>[0]>[0]) =>
      setAttributes(c, [s], [{ key: key(name), values: [text('x')] }])
    for (const [name, reason] of [
      ['_ip', 'reserved'],
      ['_hidden.a', 'reserved'],
      ['root_password', 'secret'],
      ['apiToken', 'secret'],
      ['db.secret', 'secret'],
    ] as const)
      expect(await refused(attempt(name))).toEqual({ code: 'illegal-key', facts: { key: name, reason } })
    const odd = { key: 'a b', subkey: null, number: null }
    expect(await refused((c) => addAttributes(c, [s], odd, [text('x')]))).toMatchObject({ facts: { reason: 'form' } })
    await change((c) => addAttributes(c, [s], key('_seen'), [text('x')], { hidden: true }))
    expect(await refused((c) => deleteAttributes(c, [s], key('_seen'), null))).toMatchObject({ code: 'illegal-key' })
  })

  it('refuses values that cannot be kept, and references to nothing, with the nearest names', async () => {
    const s = await one('referee')
    const attempt = (value: Value) => (c: Parameters<Parameters<typeof change>[0]>[0]) =>
      setAttributes(c, [s], [{ key: key('x'), values: [text('fine'), value] }])
    expect((await refused(attempt(text('a\0b')))).code).toBe('illegal-value')
    expect((await refused(attempt(text('a\ud800')))).code).toBe('illegal-value')
    expect((await refused(attempt({ type: 'datetime', value: '0000-01-01T00:00:00Z' }))).code).toBe('illegal-value')
    expect(await refused(attempt(reference('refree')))).toEqual({
      code: 'unknown-thing',
      facts: { name: 'refree', suggestions: ['referee'] },
    })
    await set(s, 'long', text('x'.repeat(100_000)))
    expect((await rows('select length(text) as n from attributes where thing_id = ?', [s.thing.id]))[0]).toEqual({
      n: 100_000,
    })
  })

  it('sees that a reference is the same one when its thing has another name', async () => {
    const [a, b] = [await one('ref1'), await one('ref2')]
    await set(a, 'peer', reference('ref2'))
    await change((c) => renameThings(c, [{ thing: b.thing, to: 'ref3' }]))
    expect((await set(a, 'peer', reference('REF3'))).version).toBeNull()
  })

  it('holds attributes of ports that exist', async () => {
    const s = await one('ports')
    const port = { ...s, port: 'nic-eth:1' }
    await set(port, 'mac', text('00:50:c2:00:00:01'))
    await set(s, 'mac', text('of the thing'))
    expect(await values(port)).toEqual(['mac=00:50:c2:00:00:01:text'])
    const has = ['console-serial:1', 'nic-eth:1-2', 'pwr-nema-5:1']
    for (const name of ['nic-eth:3', 'nic-eth:0', 'usb:1', 'nonsense']) {
      const found = await refused((c) => addAttributes(c, [{ ...s, port: name }], key('mac'), [text('x')]))
      expect(found).toMatchObject({ code: 'unknown-port', facts: { thing: 'ports', port: name } })
      expect([...(found.facts as { has: string[] }).has].sort()).toEqual(has)
    }
    const extra = { ...s, port: 'usb:1' }
    await change((c) => addAttributes(c, [extra], key('name'), [text('front')], { extraPorts: true }))
    await set(extra, 'speed', integer(480))
    expect(await values(extra)).toEqual(['name=front:text', 'speed=480:integer'])
  })

  it('writes many different values at once, and forgets them with their thing', async () => {
    const things = await add('server', ...Array.from({ length: 500 }, (_, index) => `each${index}`))
    const assignments = things.map((thing, index) => ({
      holder: { thing, port: '' },
      key: key('serial'),
      values: [text(`SN${index}`)],
    }))
    expect((await change((c) => addEach(c, assignments))).result).toBe(500)
    await change((c) => deleteThings(c, things, { force: false }))
    expect(await rows(`select count(*) as n from attributes where text like 'SN%'`)).toEqual([{ n: 0 }])
  })
})
