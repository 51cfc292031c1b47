// The contract of `--json`, see LANGUAGE, section 4.
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../src/bot/message.ts'
import { answerJson } from '../../../src/bot/render/answer.ts'
import type { Reply } from '../../../src/commands/reply.ts'

function line(reply: Reply, version: number | null = null): string {
  return answerJson({ tag: 'done', command: 'the command', reply, version })
}

function data(reply: Reply, version: number | null = null): unknown {
  const { data } = JSON.parse(line(reply, version)) as { data: unknown }
  return data
}

const server1 = { name: 'server1', type: 'server', driver: 'server' }

describe('an answer', () => {
  test('is the command as typed, the kind, the text and the facts', () => {
    const answer: Answer = {
      tag: 'done',
      command: '  COUNT "x"  ',
      reply: { kind: 'count', count: 2 },
      version: null,
    }
    expect(answerJson(answer)).toBe(
      '{"command":"  COUNT \\"x\\"  ","ok":true,"kind":"count","text":"2","data":{"count":2}}',
    )
  })

  test('has the members that the kind has, and no others', () => {
    expect(data({ kind: 'things', things: [server1], total: 1, capped: false })).toEqual({
      things: [server1],
      total: 1,
      capped: false,
    })
    expect(data({ kind: 'count', count: 2, by: 'env', groups: { prod: 2 } })).toEqual({ count: 2, groups: { prod: 2 } })
    expect(data({ kind: 'lines', lines: ['a', 'b'] })).toEqual({ lines: ['a', 'b'] })
    expect(data({ kind: 'table', columns: ['a'], rows: [[1], [null]] })).toEqual({
      columns: ['a'],
      rows: [[1], [null]],
    })
    expect(data({ kind: 'change', done: ['done'], changed: 2, chosen: { ports: ['a:nic-eth:1'] } }, 7)).toEqual({
      version: 7,
      changed: 2,
      ports: ['a:nic-eth:1'],
    })
    expect(data({ kind: 'change', done: ['already'], changed: 0 })).toEqual({ version: null, changed: 0 })
    const entry = {
      version: 1,
      at: '2026-01-01T00:00:00.000Z',
      by: 'os:root',
      name: 'root',
      command: 'add',
      because: null,
      job: null,
      changes: ['x'],
    }
    expect(data({ kind: 'history', entries: [entry] })).toEqual({
      entries: [{ version: 1, at: '2026-01-01T00:00:00.000Z', by: 'os:root', command: 'add', changes: ['x'] }],
    })
    expect(data({ kind: 'file', path: '/d/x.csv', mediaType: 'text/csv', content: new Uint8Array() })).toEqual({
      path: '/d/x.csv',
      mediaType: 'text/csv',
    })
    expect(
      data({
        kind: 'values',
        rows: [{ thing: 'server1', key: 'env', subkey: null, number: null, value: true, type: 'boolean' }],
      }),
    ).toEqual({ rows: [{ thing: 'server1', key: 'env', subkey: null, number: null, value: true, type: 'boolean' }] })
    expect(
      data({
        kind: 'info',
        total: 1,
        capped: false,
        things: [
          {
            ...server1,
            attrs: [{ key: 'a', subkey: 'b', number: 0, value: '1.50', type: 'text' }],
            parents: ['rack1'],
            contents: [],
            ips: ['10.0.0.1'],
            ports: [{ type: 'nic-eth', number: 1, name: 'eth0', peer: 's', peerPort: 'nic-eth:2' }],
            place: { container: 'rack1', units: 'RU1' },
            memberships: [{ name: 'prod', type: 'pool', through: ['web'], detail: null }],
            stock: { next: null, free: 2n, total: 4n, of: '1 to 4' },
          },
        ],
      }),
    ).toEqual({
      total: 1,
      capped: false,
      things: [
        {
          ...server1,
          attrs: [{ key: 'a', subkey: 'b', number: 0, value: '1.50', type: 'text' }],
          parents: ['rack1'],
          contents: [],
          ips: ['10.0.0.1'],
          ports: [{ type: 'nic-eth', number: 1, peer: 's', peerPort: 'nic-eth:2' }],
          memberships: [{ name: 'prod', type: 'pool', through: ['web'] }],
          free: 2,
        },
      ],
    })
  })

  test('keeps all digits of an integer, as a bare number', () => {
    const row = { thing: 'a', key: 'n', subkey: null, number: null, value: 9223372036854775807n, type: 'integer' }
    expect(line({ kind: 'values', rows: [row] })).toContain('"value":9223372036854775807,')
  })

  test('passes JSON values on', () => {
    const value = { json: '{"a": [1.10,\n "x\\ny"]}' }
    const row = { thing: 'a', key: 'n', subkey: null, number: null, value, type: 'json' }
    expect(line({ kind: 'values', rows: [row] })).toContain('"value":{"a": [1.10,  "x\\ny"]},')
  })

  test('is one line, whatever is in it', () => {
    const text = line({ kind: 'lines', lines: ['a\nb\rc\u2028d\u2029e\u0085f'] })
    expect(text).not.toMatch(/[\n\r\u2028\u2029\u0085]/)
    expect(JSON.parse(text)).toMatchObject({ data: { lines: ['a\nb\rc\u2028d\u2029e\u0085f'] } })
  })

  test('has its warnings beside it', () => {
    const warnings = [{ kind: 'pool', name: 'prdo', suggestions: ['prod'] }]
    expect(JSON.parse(line({ kind: 'count', count: 0, warnings }))).toMatchObject({ warnings })
  })
})

test('a refusal has code, message, position and suggestions', () => {
  const answer: Answer = {
    tag: 'refused',
    command: 'find driver:Sevrer',
    refusal: {
      source: 'inventory',
      code: 'unknown-driver',
      facts: { name: 'Sevrer', at: 12, suggestions: ['server'] },
    },
  }
  expect(JSON.parse(answerJson(answer))).toEqual({
    command: 'find driver:Sevrer',
    ok: false,
    error: { code: 'unknown-driver', message: 'there is no driver Sevrer.', position: 12, suggestions: ['server'] },
  })
})
