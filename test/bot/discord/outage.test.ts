// An hour of connections that break, in short: whatever happens to them, each thing that was typed comes in once, and the bot
// hears again within seconds. RUNS=600 for an hour's worth.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, openBench } from './bench.ts'
import type { MemoryFront } from './front.ts'

const RUNS = Number(process.env.RUNS ?? 8)
// Discord takes one identify in five seconds, and discord.js adds up to 1.5.
const BACK = 5000
const BACK_WITH_IDENTIFY = 12_000

let bench: Bench
let front: MemoryFront

beforeAll(async () => {
  bench = await openBench()
  ;({ front } = await bench.join('one', undefined, { lease: 60_000, renew: 100, heard: 100 }))
})
afterAll(async () => {
  expect(bench.discord.wrong).toEqual([])
  await bench.end()
})

test('nothing is lost, nothing comes twice, and it is back soon', async () => {
  const { discord, ops, ann, mention } = bench
  const { gateway } = discord
  const typed: string[] = []
  const type = (isHeard: boolean) => {
    const text = `${mention} count ${typed.length}`
    const message = isHeard ? discord.type(ann, ops, text) : discord.typeUnheard(ann, ops, text)
    if (isHeard && typed.length % 3 === 0) discord.show(message, 'MESSAGE_CREATE')
    typed.push(`message ${ops.id} ${message.shown.id}`)
  }
  const back = (sessions: number) =>
    gateway.until(() => gateway.connected === 1 && gateway.identified + gateway.resumed > sessions)
  const slow: string[] = []
  for (let run = 0; run < RUNS; run++) {
    const what = (['drop', 'ask', 'drop', 'invalidate'] as const)[run % 4] ?? 'drop'
    const sessions = gateway.identified + gateway.resumed
    type(true)
    const began = performance.now()
    if (what === 'drop') gateway.drop()
    if (what === 'ask') gateway.askReconnect()
    if (what === 'invalidate') gateway.invalidate()
    // Nobody is told what is typed while there is no session.
    type(what !== 'invalidate')
    await back(sessions)
    const took = performance.now() - began
    if (took > (what === 'invalidate' ? BACK_WITH_IDENTIFY : BACK)) slow.push(`${what}: ${took} ms`)
    type(true)
  }
  await front.until(() => typed.every((key) => front.store.inbox.has(key)))
  expect(
    front
      .came()
      .map(({ key }) => key)
      .sort(),
  ).toEqual([...typed].sort())
  expect(slow).toEqual([])
}, 7_200_000)
