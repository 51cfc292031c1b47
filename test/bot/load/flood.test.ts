// One person types without end: others are answered at once in the same channel, a button still works, and whoever floods is
// told once how much was not done. Nothing else is missing.
import { expect, test } from 'vitest'
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { databases } from '../../inventory/open.ts'
import { BOT, FakeSlack } from '../slack/server.ts'
import { serving } from './serving.ts'

const [ANN, BOB, OPS] = ['U0ANN0001', 'U0BOB0001', 'C0OPS0001']
const FLOOD = Number(process.env.RUNS ?? 150)
const BOUND = 8

test.each(databases)('a flood in Slack, on %s', { timeout: 300_000 }, async (kind) => {
  const slack = await FakeSlack.start()
  const mode = { tag: 'socket', appToken: 'xapp-good' } as const
  const adapter = new SlackAdapter({ botToken: 'xoxb-good', mode, apiUrl: slack.url })
  const operators = [ANN, BOB].map((user) => `slack:${user}`)
  const bot = await serving({ kind, adapters: [adapter], operators, tasks: [], concurrency: 1, bound: BOUND })
  const ask = (user: string, text: string) => slack.people.says(user, OPS, `<@${BOT.user}> ${text}`)
  const said = () => (slack.workspace.messages.get(OPS) ?? []).filter(({ botId }) => botId !== null)
  const under = (root: string) => said().filter(({ threadTs }) => threadTs === root)
  const done = async (key: string) => {
    const { rows } = await bot.inventory.database.knex.raw('select text from attributes where key = ?', [key])
    return rows.map(({ text }: { text: string }) => text)
  }
  try {
    ask(ANN, 'count driver:Servr')
    await slack.until(() => slack.workspace.whispers.length === 1, 'the refusal with its button')
    const [whisper] = slack.workspace.whispers

    const typed = Array.from({ length: FLOOD }, (_, n) => ask(ANN, `attr add web01 hit n${n}`))
    slack.people.press(ANN, OPS, whisper?.ts ?? '', 'Server')
    await slack.until(() => slack.deliveries.areAcked(), 'all is acknowledged', 60_000)
    const before = said().length
    const bobs = ask(BOB, 'count driver:Server')
    await slack.until(() => under(bobs).length === 1, 'the other is answered', 60_000)
    // What was on its way, the word to whoever floods, and one turn of theirs.
    expect(said().findIndex(({ threadTs }) => threadTs === bobs) - before).toBeLessThanOrEqual(3)

    const notice = () => said().find(({ text }) => text.includes('not done: too much of yours was waiting'))
    await slack.until(() => notice() !== undefined, 'the end of the flood is told', 120_000)
    await bot.answered(FLOOD, 120_000)
    const answered = typed.filter((root) => under(root).some((one) => one !== notice()))
    const left = Number(/^(\d+) messages of yours were not done/.exec(notice()?.text ?? '')?.[1])
    expect({ all: answered.length + left, isBound: answered.length <= 2 * BOUND }).toEqual({
      all: FLOOD,
      isBound: true,
    })
    // Once, in the thread of the first that was not done; each that was done is answered once, in its own.
    expect(notice()?.threadTs).toBe(typed.find((root) => !answered.includes(root)))
    expect(answered.filter((root) => under(root).length !== 1)).toEqual([])
    expect((await done('hit')).sort()).toEqual(answered.map((root) => `n${typed.indexOf(root)}`).sort())
    // The other's question, and the button.
    expect(said().filter(({ text }) => /^\d+ things/.test(text))).toHaveLength(2)

    const again = ask(ANN, 'attr add web01 hit again')
    await slack.until(() => under(again).length === 1, 'there is room again', 30_000)
    expect(await done('hit')).toContain('again')
    expect(bot.troubles).toEqual([])
  } finally {
    await bot.end()
    await slack.stop()
  }
})
