// What the log says of trouble in the background: words, where it was to go, and nothing secret.
import { afterEach, expect, test, vi } from 'vitest'
import { BotError } from '../../../src/bot/error.ts'
import { tellHearing } from '../../../src/bot/terminal/tell-hearing.ts'
import { troubleText } from '../../../src/bot/terminal/trouble.ts'

afterEach(() => void vi.useRealTimers())

test('a refusal of ours is worded, with what to do', () => {
  const facts = { chat: 'Slack', reason: 'SLACK_BOT_TOKEN was revoked', next: 'copy it again' }
  expect(troubleText(new BotError('chat-refused', facts))).toBe(
    'Slack refuses this bot: SLACK_BOT_TOKEN was revoked. Copy it again.',
  )
})

test('a server that cannot be reached is named, without what was sent to it', async () => {
  const failed: unknown = await fetch('http://127.0.0.1:9/api/x?token=secret').catch((error: unknown) => error)
  const wrapped = new Error('A request error occurred: fetch failed', { cause: failed })
  // Port 9 is one that fetch does not go to at all.
  expect(troubleText(wrapped)).not.toMatch(/fetch failed|secret/)
  const refused = Object.assign(new Error('connect'), {
    ...{ code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 1009 },
  })
  const lost = Object.assign(new Error('getaddrinfo'), {
    ...{ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'slack.example.org' },
  })
  const failure = (cause: unknown) => new Error('A request error occurred: fetch failed', { cause })
  expect(troubleText(failure(new TypeError('fetch failed', { cause: refused })))).toBe(
    '127.0.0.1:1009 cannot be reached (ECONNREFUSED)',
  )
  expect(troubleText(failure(new AggregateError([lost])))).toBe('slack.example.org cannot be reached (ENOTFOUND)')
})

test('of a statement only the reason is told', () => {
  expect(troubleText(new Error("insert into x values ('secret') - relation x is not there"))).toBe(
    'relation x is not there',
  )
})

test('a chat that was not heard for a while is told once when it is heard again', () => {
  vi.useFakeTimers()
  let isHeard = true
  const said: string[] = []
  const telling = tellHearing([{ name: 'slack', isHearing: () => isHeard }], (text) => said.push(text))
  void telling.start()
  const pass = (isHearing: boolean, seconds: number) => {
    isHeard = isHearing
    vi.advanceTimersByTime(seconds * 1000)
  }
  pass(false, 2)
  pass(true, 5)
  expect(said).toEqual([])
  pass(false, 10)
  pass(true, 10)
  expect(said).toEqual(['slack is heard again'])
  void telling.stop()
})
