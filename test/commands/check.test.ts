// What the bot itself looks at for `doctor`: all at once, each for a bounded time, and without telling what it must not.
import { expect, test } from 'vitest'
import { examine } from '../../src/commands/check.ts'

test('each tells its rows, in order, and a part that is not there fails nothing', async () => {
  const there = { name: 'ssh', state: 'ok', detail: '/usr/bin/ssh' } as const
  const absent = { name: 'ipmitool', state: 'absent', detail: 'needed for IPMI' } as const
  const checks = await examine([
    { name: 'slow', look: async () => [there] },
    { name: 'nothing to tell', look: async () => [] },
    { name: 'quick', look: async () => [absent, there] },
  ])
  expect(checks).toEqual([there, absent, there])
})

test('one that never answers, or throws, is a row of its own and keeps no other back', async () => {
  let isTold = false
  const checks = await examine(
    [
      {
        name: 'slack',
        look: (signal) => new Promise(() => signal.addEventListener('abort', () => (isTold = true))),
      },
      { name: 'discord', look: () => Promise.reject(new TypeError('token xoxb-1234 is wrong')) },
      { name: 'keys', look: async () => [{ name: 'keys', state: 'ok', detail: 'well' }] },
    ],
    50,
  )
  expect(checks.map(({ name, state }) => [name, state])).toEqual([
    ['slack', 'failed'],
    ['discord', 'failed'],
    ['keys', 'ok'],
  ])
  expect(isTold).toBe(true)
  expect(JSON.stringify(checks)).not.toContain('xoxb')
})
