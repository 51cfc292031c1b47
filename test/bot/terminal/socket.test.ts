// The socket of a data directory: what one asking process sends harms nobody else.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '../../../src/bot/config.ts'
import type { Answer } from '../../../src/bot/message.ts'
import { readOptions } from '../../../src/bot/terminal/options.ts'
import { openRemoteSeat } from '../../../src/bot/terminal/remote-seat.ts'
import { type Server, serve } from '../../../src/bot/terminal/socket.ts'

const refused = (text: string): Answer => ({
  tag: 'refused',
  command: text,
  refusal: { source: 'bot', code: 'internal', facts: { id: text } },
})
// What JSON.stringify says of more than 512 MB.
const huge = {
  toJSON: () => {
    throw new RangeError('Invalid string length')
  },
}

let directory: string
let server: Server
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clusto-socket-'))
  server = await serve(directory, {
    ask: ({ text }) => Promise.resolve(text === 'huge' ? { ...refused(text), ...huge } : refused(text)),
    follow: async function* () {
      // There is no job.
    },
    complete: () => Promise.resolve({ from: 0, words: [] }),
    isDemo: false,
  })
})
afterEach(async () => {
  await server.stop()
  await rm(directory, { recursive: true })
})

async function seat() {
  const opened = await openRemoteSeat(readConfig(readOptions(['--data', directory])), null, {
    keepsFiles: false,
    isConfirmed: false,
  })
  if (opened === null) throw new Error('nobody listens')
  return opened
}

test.each(['null', '[]', '5', '"ask"', '{}', 'garbage', '{"tag":"nonsense"}'])(
  '%s ends its connection',
  async (frame) => {
    const socket = connect(join(directory, 'clusto.sock'))
    const closed = once(socket, 'close')
    socket.resume().write(`${frame}\n`)
    await closed
    const other = await seat()
    expect(await other.ask('fine')).toEqual(refused('fine'))
    await other.close()
  },
)

test('an answer that is too large to send is an error for who asked', async () => {
  const asking = await seat()
  expect(await asking.ask('huge')).toMatchObject({ refusal: { code: 'answer-too-large' } })
  expect(await asking.ask('fine')).toEqual(refused('fine'))
  await asking.close()
})
