// Slash commands are answered as Discord wants it: in time, once, for the right eyes, and by other means when it is too late.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import type { Times } from '../../../src/bot/discord/limits.ts'
import type { SendTrouble } from '../../../src/bot/outbox/chat.ts'
import { type Bench, openBench, post } from './bench.ts'
import type { MemoryFront } from './front.ts'

let bench: Bench
let adapter: DiscordAdapter
let front: MemoryFront

beforeEach(async () => {
  bench = await openBench()
})
afterEach(async () => {
  expect(bench.discord.wrong).toEqual([])
  await bench.end()
})

const join = async (times: Partial<Times> = {}) => {
  ;({ adapter, front } = await bench.join('one', undefined, times))
}
// The direct answer is waited for as long as it takes, or not at all.
const PATIENT = { direct: 60_000 }
const HASTY = { direct: 0 }

/** A slash command of ann that is stored. */
async function asked(text = 'count driver:Server') {
  const { discord, ann, ops } = bench
  const interaction = discord.slash(ann, ops, text)
  const key = `interaction ${interaction.id}`
  await front.until(() => front.store.inbox.has(key))
  const thread = front.store.inbox.get(key)?.thread ?? ''
  const answer = (title: string, nonce: string, more: object = {}, first: string | null = null) =>
    adapter.post(thread, post(title, { answers: interaction.id, ...more }), nonce, first)
  return { interaction, thread, answer }
}
const trouble = (posted: Promise<string>): Promise<SendTrouble> =>
  posted.then(
    () => Promise.reject(new Error('it was sent')),
    (error: SendTrouble) => error,
  )
const toAnn = () => ({ privateTo: `discord:${bench.ann.id}` })

test('a quick answer is the answer, and what follows is in a thread on it', async () => {
  await join(PATIENT)
  const { interaction, thread, answer } = await asked()
  const first = await answer('job j1 waits', 'n1')
  expect(interaction.answered).toBe(4)
  const shown = interaction.original?.shown
  expect(first).toBe(`${bench.ops.id}/${shown?.id}`)
  await adapter.edit(first, post('job j1 runs'))
  await adapter.post(thread, post('job j1 is done', { mentions: [`discord:${bench.ann.id}`] }), 'n2', first)
  expect(bench.discord.said(bench.ops.id)).toEqual(['job j1 runs'])
  expect(bench.discord.said(shown?.id ?? '')).toHaveLength(1)
  expect(bench.discord.world.channels.get(shown?.id ?? '')?.messages[0]?.pings).toEqual([bench.ann.id])
})

test('a slow one finds that Discord was told to wait', async () => {
  await join(HASTY)
  const { interaction, answer } = await asked()
  await interaction.until(({ answered }) => answered === 5)
  const ref = await answer('40', 'n1')
  expect(interaction.original?.shown).toMatchObject({ content: '40', flags: 0 })
  expect(ref).toBe(`${bench.ops.id}/${interaction.original?.shown.id}`)
  expect(bench.discord.said(bench.ops.id)).toEqual(['40'])
})

test('a refusal is for the eyes of who asked alone', async () => {
  await join(PATIENT)
  const { interaction, answer } = await asked()
  await answer('you may not', 'n1', toAnn())
  expect(interaction.original).toMatchObject({ onlyFor: bench.ann.id })
  expect(bench.discord.said(bench.ops.id)).toEqual([])
})

test('a refusal that comes late leaves nothing for others to see', async () => {
  await join(HASTY)
  const { interaction, answer } = await asked()
  await interaction.until(({ answered }) => answered === 5)
  await answer('you may not', 'n1', toAnn())
  expect(interaction.original?.isDeleted).toBe(true)
  expect(interaction.followUps.map(({ onlyFor }) => onlyFor)).toEqual([bench.ann.id])
  expect(bench.discord.said(bench.ops.id)).toEqual([])
})

test('what cannot be stored is not acknowledged', async () => {
  await join(HASTY)
  const { discord, ann, ops } = bench
  front.isDown = true
  const interaction = discord.slash(ann, ops, 'whoami')
  await front.until(() => front.troubles.length > 0)
  front.isDown = false
  await asked('another')
  expect(interaction.answered).toBeNull()
})

test('when the token is dead, it is said in the channel', async () => {
  await join(HASTY)
  const { interaction, answer } = await asked()
  await interaction.until(({ answered }) => answered === 5)
  bench.discord.ahead = 16 * 60_000
  await answer('40', 'n1')
  expect(bench.discord.said(bench.ops.id)).toEqual(['', '40'])
})

test('three seconds late, it is said in the channel', async () => {
  await join(PATIENT)
  const { interaction, answer } = await asked()
  bench.discord.ahead = 4000
  await answer('40', 'n1')
  expect(interaction.answered).toBeNull()
  expect(bench.discord.said(bench.ops.id)).toEqual(['40'])
})

test('pictures take longer than Discord waits: they follow', async () => {
  await join(PATIENT)
  const { interaction, answer } = await asked('elevation rack101')
  front.files.set('f1', Buffer.from('not really a picture'))
  const file = { id: 'f1', name: 'rack101.png', mediaType: 'image/png', size: 20, alt: 'rack101 from the front' }
  await answer('rack101', 'n1', { files: [file] })
  expect(interaction.answered).toBe(5)
  expect(interaction.original?.shown).toMatchObject({ content: 'rack101', flags: 0 })
  expect(interaction.original?.shown.attachments).toMatchObject([
    { filename: 'rack101.png', description: 'rack101 from the front' },
  ])
})

test.each(['hang-after', '500-after', 'cut-after'] as const)(
  'an answer that nobody confirms (%s) is found again',
  async (what) => {
    await join({ ...PATIENT, request: 3000 })
    const { interaction, thread, answer } = await asked()
    bench.discord.mishaps.push({ route: 'POST /interactions/{interaction_id}/{interaction_token}/callback', what })
    expect((await trouble(answer('40', 'n1'))).trouble.tag).toBe('uncertain')
    const found = await adapter.find(thread, 'n1', null)
    expect(found).toBe(`${bench.ops.id}/${interaction.original?.shown.id}`)
    expect(bench.discord.said(bench.ops.id)).toEqual(['40'])
  },
)

test.each(['500', 'cut'] as const)('an answer that did not come (%s) is sent again', async (what) => {
  await join(PATIENT)
  const { interaction, thread, answer } = await asked()
  bench.discord.mishaps.push({ route: 'POST /interactions/{interaction_id}/{interaction_token}/callback', what })
  expect((await trouble(answer('40', 'n1'))).trouble.tag).toBe('uncertain')
  expect(await adapter.find(thread, 'n1', null)).toBeNull()
  await answer('40', 'n1')
  expect(interaction.answered).toBe(4)
  expect(bench.discord.said(bench.ops.id)).toEqual(['40'])
})

test('when nobody confirms that Discord was told to wait, its answer still takes that place', async () => {
  await join({ ...HASTY, request: 3000 })
  bench.discord.mishaps.push({
    route: 'POST /interactions/{interaction_id}/{interaction_token}/callback',
    what: '500-after',
  })
  const { interaction, answer } = await asked()
  await interaction.until(({ answered }) => answered === 5)
  await answer('40', 'n1')
  expect(bench.discord.said(bench.ops.id)).toEqual(['40'])
})

test('a limit on the answer is waited out while Discord was told to wait', async () => {
  await join({ ...PATIENT, direct: 500 })
  const { interaction, answer } = await asked()
  bench.discord.mishaps.push({ route: 'POST /interactions/{interaction_id}/{interaction_token}/callback', what: '429' })
  expect((await trouble(answer('40', 'n1'))).trouble.tag).toBe('limited')
  await interaction.until(({ answered }) => answered === 5)
  await answer('40', 'n1')
  expect(bench.discord.said(bench.ops.id)).toEqual(['40'])
})

test('a process that ends leaves its answers to the next one, which does not say them twice', async () => {
  await join(PATIENT)
  const said = await asked()
  await said.answer('40', 'n1')
  const waiting = await asked('jobs')
  await adapter.stop()
  // Nobody sees a failure while another process takes over.
  expect(waiting.interaction.answered).toBe(5)
  const next = await bench.join('two', front.store, PATIENT)
  // It was not written down that it had been said.
  const again = await next.adapter.post(said.thread, post('40', { answers: said.interaction.id }), 'n1', null)
  expect(again).toBe(`${bench.ops.id}/${said.interaction.original?.shown.id}`)
  await next.adapter.post(waiting.thread, post('no jobs', { answers: waiting.interaction.id }), 'n2', null)
  expect(bench.discord.said(bench.ops.id).filter((text) => text !== '')).toEqual(['40', 'no jobs'])
})

test('in a direct message it is answered as well', async () => {
  await join(PATIENT)
  const { discord, bob } = bench
  const dm = discord.world.dm(bob)
  const interaction = discord.slash(bob, dm, 'whoami')
  await front.until(() => front.store.inbox.has(`interaction ${interaction.id}`))
  const { thread = '', channel } = front.store.inbox.get(`interaction ${interaction.id}`) ?? {}
  expect(channel).toBeNull()
  const first = await adapter.post(thread, post('bob', { answers: interaction.id }), 'n1', null)
  await adapter.post(thread, post('and more'), 'n2', first)
  expect(discord.said(dm.id)).toEqual(['bob', 'and more'])
})
