// What this process runs on, as the inventory may call it.
import { expect, test } from 'vitest'
import { namesOf, ownNames } from '../../src/bot/host-names.ts'

const address = (text: string, internal = false) =>
  ({ address: text, internal, netmask: '', family: 'IPv4', mac: '', cidr: null }) as const

test('its names, the long one and the short one, and its addresses, but for those that every host has', () => {
  const interfaces = {
    lo: [address('127.0.0.1', true), address('::1', true)],
    eth0: [address('10.0.0.7'), address('fe80::1'), address('169.254.1.1'), address('2001:db8::7')],
  }
  expect(ownNames('bot1.example.com', interfaces)).toEqual(['bot1.example.com', 'bot1', '10.0.0.7', '2001:db8::7'])
  expect(ownNames('bot1', {})).toEqual(['bot1'])
  expect(ownNames('localhost', {})).toEqual([])
})

const own = ['bot1', '10.0.0.7']

test.each([
  [null, true, null, { bot: own, database: [] }],
  [null, false, null, { bot: own, database: [] }],
  [
    'postgres://u:p@db1.example.com:5432/clusto',
    true,
    '10.0.0.9',
    { bot: own, database: ['db1.example.com', 'db1', '10.0.0.9'] },
  ],
  ['postgres://u:p@10.0.0.9/clusto', true, null, { bot: own, database: ['10.0.0.9'] }],
  ['postgres://u:p@[2001:db8::9]/clusto', false, null, { bot: [], database: ['2001:db8::9'] }],
  ['postgres://u:p@localhost/clusto', true, null, { bot: own, database: own }],
  // Somebody's own machine, from which one command is given.
  ['postgres://u:p@127.0.0.1/clusto', false, null, { bot: [], database: own }],
  ['postgres://u:p@%2Fvar%2Frun/clusto', false, null, { bot: [], database: own }],
  ['postgres:///clusto?host=/var/run', true, null, { bot: own, database: own }],
] as const)('with %s, staying %s', (databaseUrl, stays, found, expected) => {
  expect(namesOf({ databaseUrl }, { own, stays, address: found })).toEqual(expected)
})
