// What a chat is told of a command: the verdict first, three columns on a phone, and what is more in a file.
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../../src/bot/message.ts'
import type { Draft } from '../../../../src/bot/outbox/post.ts'
import { answerPost } from '../../../../src/bot/render/posts/answer-post.ts'
import type { Reply, ThingInfo } from '../../../../src/commands/reply.ts'
import { shown } from './shown.ts'

const ABOUT = { asker: 'slack:U1', quote: null }

function post(reply: Reply, command = 'find x', version: number | null = null): Draft {
  return answerPost({ tag: 'done', command, reply, version }, ABOUT)
}

const server = (name: string) => ({ name, type: 'server', driver: 'server' })
const names = (count: number) => Array.from({ length: count }, (_, at) => `web${String(at + 1).padStart(3, '0')}`)
const things = (count: number): Reply => ({
  kind: 'things',
  things: names(count).map(server),
  total: count,
  capped: false,
})
const text = ({ files }: Draft, at = 0) => new TextDecoder().decode(files[at]?.content)

describe('things', () => {
  test('are their number, their names where they are few, and a table', () => {
    expect(shown(post(things(2)))).toBe(`2 things: web001, web002
[name    type    driver
web001  server  server
web002  server  server]`)
  })

  test('that are many are turned in pages of fifteen lines, and all in a file', () => {
    const draft = post(things(40))
    expect(draft.title).toBe('40 things')
    expect(draft.pages?.texts.map((page) => page.split('\n').length)).toEqual([15, 15, 13])
    expect(draft.pages?.texts.every((page) => page.startsWith('name    type    driver\nweb'))).toBe(true)
    expect(draft.buttons.map(({ label }) => label)).toEqual(['Previous page', 'Next page'])
    expect(draft.parts).toEqual([{ tag: 'text', text: 'All of it: find.csv' }])
    expect(text(draft).split('\r\n')).toEqual([
      'name,type,driver',
      ...names(40).map((name) => `${name},server,server`),
      '',
    ])
  })

  test('that are not there are said not to be', () => {
    const warnings = [{ kind: 'pool', name: 'prdo', suggestions: ['prod'] }]
    const draft = post({ kind: 'things', things: [], total: 0, capped: false, warnings })
    expect(shown(draft)).toBe('nothing found\nwarning: there is no pool prdo; did you mean prod?')
  })
})

describe('one thing', () => {
  const info = (name: string, operations: readonly string[]): Reply => {
    const thing: ThingInfo = {
      ...{ ...server(name), operations, attrs: [], parents: [], contents: [], ips: [], ports: [], memberships: [] },
      place: { container: 'rack101', units: 'RU13' },
    }
    return { kind: 'info', things: [thing], total: 1, capped: false }
  }

  test('is said with where it is, and with buttons for what is asked next', () => {
    const draft = post(info('web01', ['power', 'console']))
    expect(shown(draft)).toContain('web01 (server) in rack101 at RU13\n[in: rack101 at RU13]')
    expect(draft.buttons.map(({ label, action }) => [label, action])).toEqual([
      ['Power', { tag: 'command', text: 'power status web01' }],
      ['Console', { tag: 'command', text: 'console web01' }],
      ['History', { tag: 'command', text: 'history web01' }],
    ])
  })

  test('without power has no button for it; a name that needs quotes has them', () => {
    expect(post(info('limits-of', [])).buttons.map(({ label }) => label)).toEqual(['History'])
    expect(post(info('2026-11-01x"', [])).buttons[0]?.action).toEqual({
      ...{ tag: 'command', text: 'history "2026-11-01x\\""' },
    })
  })
})

describe('a table', () => {
  const columns = ['id', 'state', 'command', 'by', 'step', 'percent', 'since']
  const row = (at: number) => [`${at}-x`, at % 2 ? 'done' : 'failed', `power on web${at}`, 'alice', '2/2', null, '2026']

  test('of many columns has the three that matter, says once what is the same, and is whole in a file', () => {
    const draft = post({ kind: 'table', columns, rows: [1, 2, 3, 4].map(row) }, 'jobs')
    expect(shown(draft)).toBe(`4 jobs: 2 done and 2 failed
[id   state   command
1-x  done    power on web1
2-x  failed  power on web2
3-x  done    power on web3
4-x  failed  power on web4]
by: alice in all
step: 2/2 in all
since: 2026 in all`)
    expect(draft.files).toEqual([])
  })

  test('of one row is told by lines', () => {
    expect(shown(post({ kind: 'table', columns, rows: [row(1)] }, 'jobs'))).toBe(`1-x: done
[id: 1-x
state: done
command: power on web1
by: alice
step: 2/2
since: 2026]`)
  })
})

test('a change is what was done, and how it is taken back', () => {
  expect(shown(post({ kind: 'change', done: ['web01: env: prod -> lab'], changed: 1 }, 'attr set', 12))).toBe(
    'web01: env: prod -> lab\nversion 12; `undo 12` takes it back',
  )
})

test('lines are words, or stay aligned where they are', () => {
  const lines = ['server1 -> connected to port 4 on switch2a', 'server1 -> connected to RU13 in rack101']
  expect(shown(post({ kind: 'lines', lines }))).toBe(lines.join('\n'))
  expect(shown(post({ kind: 'lines', lines: ['dc1', '  rack1', '    web01'] }))).toBe('dc1\n[  rack1\n    web01]')
})

test('a picture is shown with words for it; any other file hangs on the message', () => {
  const content = new Uint8Array([1, 2, 3])
  const picture = post({
    kind: 'file',
    path: 'rack101.png',
    mediaType: 'image/png',
    content,
    lines: ['rack101: 5 free'],
  })
  expect(picture.title).toBe('rack101: 5 free')
  expect(picture.files).toEqual([{ name: 'rack101.png', mediaType: 'image/png', alt: 'rack101: 5 free', content }])
  const file = post({ kind: 'file', path: 'export.csv', mediaType: 'text/csv', content })
  expect(shown(file)).toBe('export.csv, 3 bytes')
  expect(file.files).toEqual([{ name: 'export.csv', mediaType: 'text/csv', alt: null, content }])
})

describe('a refusal', () => {
  const refused = (command: string, facts: object): Answer => ({
    tag: 'refused',
    command,
    refusal: {
      source: 'parse',
      code: 'syntax',
      facts: { code: 'syntax', message: '', position: 0, word: '', expected: [], suggestions: [], ...facts },
    },
  })

  test('is for who asked alone, with a caret and what may have been meant', () => {
    const answer = refused('find drvier:Server', {
      ...{ message: '`drvier` is no pattern', position: 5, word: 'drvier', suggestions: ['driver'] },
    })
    const draft = answerPost(answer, ABOUT)
    expect(draft.privateTo).toBe('slack:U1')
    expect(shown(draft)).toBe(`\`drvier\` is no pattern.
[  find drvier:Server
       ^^^^^^]
Did you mean driver?`)
    expect(draft.buttons).toEqual([
      {
        label: 'driver',
        style: 'plain',
        action: { tag: 'command', text: 'find driver:Server' },
        only: 'slack:U1',
      },
    ])
  })

  test('of a line that is not at its end asks for the rest', () => {
    const facts = { message: 'something is missing', position: 6, expected: ['<thing>', 'all'] }
    const [button] = answerPost(refused('locate', facts), ABOUT).buttons
    expect(button).toEqual({
      label: 'Complete…',
      style: 'plain',
      action: {
        tag: 'form',
        before: '',
        form: { title: 'Complete the command', label: 'with <thing>', prefilled: 'locate ' },
      },
      only: 'slack:U1',
    })
  })

  test('does not say again what was secret', () => {
    const answer = refused('attr set web0l password hunter2', { position: 9, word: 'web0l', suggestions: ['web01'] })
    const draft = answerPost(answer, ABOUT)
    expect(JSON.stringify(draft)).not.toContain('hunter2')
    expect(draft.buttons).toEqual([])
  })
})

test('what was typed where nobody sees it is shown', () => {
  const answer: Answer = { tag: 'done', command: 'count x', reply: { kind: 'count', count: 3 }, version: null }
  expect(shown(answerPost(answer, { asker: 'slack:U1', quote: 'count x' }))).toBe('3 things\n> count x')
})
