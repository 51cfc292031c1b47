import { describe, expect, test } from 'vitest'
import { replyText } from '../../../src/bot/render/reply.ts'
import { widthOf } from '../../../src/bot/render/width.ts'
import type { Reply, ThingInfo } from '../../../src/commands/reply.ts'

const WIDE = { width: Number.POSITIVE_INFINITY, colour: false }

function text(reply: Reply, width = Number.POSITIVE_INFINITY): string {
  return replyText(reply, null, { width, colour: false })
}

const server = (name: string) => ({ name, type: 'server', driver: 'server' })

describe('things', () => {
  test('are a table and their number', () => {
    const reply: Reply = { kind: 'things', things: [server('a'), server('server10')], total: 2, capped: false }
    expect(text(reply)).toBe(
      ['name      type    driver', 'a         server  server', 'server10  server  server', '2 things'].join('\n'),
    )
  })

  test('that are not there are said not to be', () => {
    const warnings = [{ kind: 'pool', name: 'prdo', suggestions: ['prod'] }]
    expect(text({ kind: 'things', things: [], total: 0, capped: false, warnings })).toBe(
      'nothing found\nwarning: there is no pool prdo; did you mean prod?',
    )
  })

  test('beyond ten thousand are not counted', () => {
    const reply: Reply = { kind: 'things', things: [server('a')], total: 10_001, capped: true }
    expect(text(reply)).toContain('1 of 10000+ things')
  })
})

describe('a table', () => {
  const reply: Reply = {
    kind: 'table',
    columns: ['thing', 'number', 'note'],
    rows: [
      ['server1', 7, 'a note that goes on and on, much further than any terminal is wide'],
      ['日本', 12_345n, null],
    ],
  }

  test('has its numbers to the right', () => {
    const [, first, second] = text(reply).split('\n')
    expect(first).toMatch(/^server1 {7}7 {2}a note/)
    expect(second).toMatch(/^日本 {6}12345$/)
  })

  test.each([80, 40, 30])('fits %i columns', (width) => {
    for (const line of text(reply, width).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width)
    expect(text(reply, width)).toContain('server1')
  })

  test('shows JSON as it was stored, and no control characters', () => {
    const cells: Reply = { kind: 'table', columns: ['v'], rows: [[{ json: '{"a":[1]}' }], ['\x1b[31mred\n']] }
    expect(text(cells).split('\n').slice(1)).toEqual(['{"a":[1]}', '[31mred\\n'])
  })
})

test('a thing is told with where it is, what it has, and where its cables go', () => {
  const thing: ThingInfo = {
    ...server('server1'),
    place: { container: 'rack101', units: 'RU13' },
    parents: ['rack101', 'prod', 'vlan203'],
    memberships: [
      { name: 'dbslave14', type: 'service', through: [], detail: '3306' },
      { name: 'DbSlave', type: 'role', through: ['dbslave14'], detail: null },
      { name: 'live', type: 'pool', through: ['prod', 'web'], detail: null },
      { name: 'prod', type: 'pool', through: [], detail: null },
      { name: 'www', type: 'vip', through: ['dbslave14'], detail: '10.0.0.80' },
    ],
    stock: { next: 'web0003', free: 9997n, total: 10000n, of: 'web0000 to web9999' },
    contents: [],
    ips: ['10.0.0.1'],
    attrs: [{ key: 'disk', subkey: 'size', number: 0, value: 12345678901234567890n, type: 'integer' }],
    ports: [
      { type: 'nic-eth', number: 1, name: 'eth0', peer: 'switch2a', peerPort: 'nic-eth:4' },
      { type: 'nic-eth', number: 2, name: 'eth1', peer: null, peerPort: null },
      { type: 'nic-eth', number: 3, name: null, peer: null, peerPort: null },
    ],
  }
  expect(text({ kind: 'info', things: [thing], total: 1, capped: false })).toBe(
    [
      'server1 (server)',
      '  in                rack101 at RU13',
      '  pools             live (through prod and web), prod',
      '  roles             DbSlave (through dbslave14)',
      '  services          dbslave14 (port 3306)',
      '  vips              www (10.0.0.80, through dbslave14)',
      '  member of         vlan203',
      '  next              web0003',
      '  free              9997 of 10000: web0000 to web9999',
      '  addresses         10.0.0.1',
      '  disk.size#0       12345678901234567890',
      '  nic-eth 1 (eth0)  connected to nic-eth:4 on switch2a',
      '  free ports        nic-eth 2-3',
    ].join('\n'),
  )
})

test('a change says its version and how to take it back, or that there was none', () => {
  const reply: Reply = { kind: 'change', done: ['server1 added'], changed: 1 }
  expect(replyText(reply, 12, WIDE)).toBe('server1 added\nversion 12; `undo 12` takes it back')
  expect(replyText({ ...reply, done: ['server1 is here'], changed: 0 }, null, WIDE)).toBe(
    'server1 is here\nnothing was changed',
  )
  // What is beside the inventory has no version.
  expect(replyText({ ...reply, done: ['busy stands for web*'] }, null, WIDE)).toBe('busy stands for web*')
})

test('a count is a number, by key a table and the sum', () => {
  expect(text({ kind: 'count', count: 12_000 })).toBe('12000')
  expect(text({ kind: 'count', count: 3, by: 'env', groups: { prod: 2, dev: 1 } })).toBe(
    ['env   count', 'prod      2', 'dev       1', '3 in all'].join('\n'),
  )
})
