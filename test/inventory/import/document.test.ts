// JSON and YAML: what a person writes by hand, exact values, and the line of everything that is refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
beforeEach(() => desk.empty())
afterAll(() => desk.close())

const BY_HAND = `
drivers:
  - name: acme-x1
    spec: { extends: server, units: 2 }
things:
  - name: web1
    driver: acme-x1
    attrs: { env: prod, disk.size#0: 500, tags: [a, 12], big: 9223372036854775807, ratio: 1.50 }
    in: [{ container: rack1, units: U11-12 }, web]
    ports:
      - { type: nic-eth, number: 1, peer: sw1, peerPort: nic-eth:4, attrs: { mac: 00:50:c2:00:00:01 } }
    ips: [10.0.0.7, { address: 10.0.0.8, port: nic-eth:1 }]
  - { name: rack1, driver: rack }
  - { name: sw1, driver: networkswitch }
  - { name: web, driver: pool }
`

describe('a document', () => {
  it('may be short where a person writes it', async () => {
    desk.file('a.yaml', BY_HAND)
    await desk.done('import yaml a.yaml', 'change')
    expect((await desk.done('locate web1', 'lines')).lines).toEqual([
      'web1 -> connected to port 4 on sw1',
      'web1 -> connected to RU11-12 in rack1',
    ])
    const { rows } = await desk.done('attr get web1', 'values')
    expect(rows.map(({ key, subkey, number, value, type }) => [key, subkey, number, value, type])).toEqual([
      ['big', null, null, 9223372036854775807n, 'integer'],
      ['disk', 'size', 0, 500n, 'integer'],
      ['env', null, null, 'prod', 'text'],
      ['ratio', null, null, { json: '1.50' }, 'decimal'],
      ['tags', null, null, 'a', 'text'],
      ['tags', null, null, 12n, 'integer'],
    ])
    expect(await desk.found('ip:10.0.0.8 and mac:00:50:c2:00:00:01')).toEqual(['web1'])
    expect(await desk.version('import yaml a.yaml')).toBe(null)
  })

  it('keeps all digits and the text of JSON', async () => {
    desk.file(
      'a.json',
      '{"things":[{"name":"s","driver":"server","attrs":[{"key":"j","type":"json","value":{"b": 1.50,"a":12345678901234567890}}]}]}',
    )
    await desk.done('import json a.json', 'change')
    expect(await desk.exported('export s json')).toContain('{"b":1.50,"a":12345678901234567890}')
  })

  it.each([
    [
      'json',
      '{"things": [\n{"name": "a", "driver": "server"},\n{"name": "b c", "driver": "server"}]}',
      3,
      'not a name',
    ],
    ['json', '{"things": [\n{"driver": "server"}]}', 2, 'a thing has a name'],
    ['json', '{"things": [\n{"name": "a", "driver": "server", "rack": "r1"}]}', 2, 'rack is not understood'],
    ['json', '{"things": [\n{"name": "a", "driver": "server", "attrs": {"1x": 1}}]}', 2, '1x is not a key'],
    ['json', '{"things": [\n{"name": "a", "driver": "server", "attrs": {"n": 9223372036854775808}}]}', 2, 'too large'],
    [
      'json',
      '{"things": [\n{"name": "a", "driver": "server", "attrs": [{"key": "n", "value": "x", "type": "integer"}]}]}',
      2,
      'not of type integer',
    ],
    [
      'json',
      '{"things": [\n{"name": "a", "driver": "server", "ports": [{"type": "nic-eth"}]}]}',
      2,
      'a port has a type and a number',
    ],
    ['json', '{"drivers": [\n{"name": "d", "spec": {}}], "things": []}', 2, 'extends another driver'],
    ['json', '{"things": [\n{"name": "a"', 2, 'the file ends in the middle'],
    ['json', '{"things": [\n{"name": "a" "b"}]}', 2, 'not JSON'],
    ['json', '{"things": 1}', null, 'no list of things'],
    ['yaml', 'things:\n  - name: a\n    driver: server\n  - name: in\n    driver: server\n', 4, 'reserved'],
    ['yaml', 'things:\n  - name: [a\n', 3, 'not YAML'],
    ['yaml', 'things:\n  - &x { name: a, driver: server }\n  - *x\n', 3, 'aliases'],
    ['yaml', '', null, 'it is empty'],
  ])('is refused: %s %j', async (format, content, line, reason) => {
    desk.file('bad', content)
    const text = await desk.refusal(`import ${format} bad`)
    expect(text).toContain(reason)
    expect(text).toContain(line === null ? 'the file: ' : `line ${line}: `)
    expect(await desk.found('*')).toEqual([])
  })
})
