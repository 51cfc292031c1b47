// Connections of Socket Mode end in many ways: the bot is back within five seconds, says meanwhile that it does not hear, and
// loses nothing.
import { describe, expect, it } from 'vitest'
import { ANN, ME, OPS, type Scene, started } from './started.ts'

const SOON = 5000

/** What is said while a connection ends, and after it. */
async function survives({ slack, front, adapter }: Scene, befall: () => void): Promise<number> {
  await slack.until(() => slack.lines.size === 1, 'it is connected')
  const lines = slack.lines.count
  slack.people.says(ANN, OPS, `<@${ME}> count before`)
  befall()
  const from = performance.now()
  slack.people.says(ANN, OPS, `<@${ME}> count while`)
  await slack.until(() => !adapter.isHearing(), 'it knows that it does not hear')
  await slack.until(() => slack.lines.count > lines && adapter.isHearing(), 'it hears again')
  const back = performance.now() - from
  slack.people.says(ANN, OPS, `<@${ME}> count after`)
  await slack.until(() => front.taken.size === 3 && slack.deliveries.areAcked(), 'all is taken')
  expect(front.all.map((one) => (one.kind === 'message' ? one.text : '')).toSorted()).toEqual([
    ...['count after', 'count before', 'count while'],
  ])
  return back
}

describe('a connection that ends', () => {
  it.each(['warning', 'refresh_requested', 'link_disabled'] as const)('is told by Slack: %s', async (reason) => {
    const all = await started({ again: 500 })
    expect(await survives(all, () => all.slack.lines.refresh(reason))).toBeLessThan(SOON)
    expect(all.front.troubles).toEqual([])
  })

  it('is cut without a word', async () => {
    const all = await started({ again: 500 })
    expect(await survives(all, () => all.slack.lines.drop())).toBeLessThan(SOON)
  })

  it('falls silent', async () => {
    const all = await started({ again: 500 })
    const back = await survives(all, () => {
      all.slack.lines.silence()
    })
    expect(back).toBeLessThan(SOON)
  })

  it('is followed by one that fails as well', async () => {
    const all = await started({ again: 500 })
    all.slack.web.mishaps.push({ method: 'apps.connections.open', what: 'error' })
    all.slack.web.mishaps.push({ method: 'apps.connections.open', what: 'limited', after: 1 })
    all.slack.web.mishaps.push({ method: 'apps.connections.open', what: 'reset' })
    expect(await survives(all, () => all.slack.lines.drop())).toBeLessThan(SOON)
    // Told once an outage.
    expect(all.front.troubles).toHaveLength(1)
  })

  it('cannot be opened while Slack turns it away', async () => {
    const all = await started({ again: 500 })
    all.slack.lines.isOpen = false
    all.slack.lines.drop()
    const tried = () => all.slack.callsOf('apps.connections.open').length
    await all.slack.until(() => tried() > 3, 'it has tried some times')
    expect(all.adapter.isHearing()).toBe(false)
    all.slack.lines.isOpen = true
    await all.slack.until(() => all.adapter.isHearing(), 'it hears again', SOON)
  })
})

describe('what makes no sense', () => {
  it('does no harm', async () => {
    const { slack, front, adapter } = await started({ again: 60_000 })
    slack.deliveries.deliver('events_api', { type: 'app_rate_limited', minute_rate_limited: 1 })
    slack.deliveries.deliver('interactive', {
      type: 'view_submission',
      user: { id: ANN },
      view: { private_metadata: '{' },
    })
    slack.lines.send(['not', 'an', 'envelope'])
    slack.people.says(ANN, OPS, `<@${ME}> count pool:prod`)
    await slack.until(() => front.taken.size === 1, 'the next is taken')
    expect(adapter.isHearing()).toBe(true)
  })
})

describe('Slack that is away', () => {
  it('is waited for, at the start too', async () => {
    const all = await started({ again: 500, patience: { again: 200 } })
    const port = await all.slack.goAway()
    await all.slack.until(() => all.front.troubles.length > 0, 'it is told')
    expect(all.adapter.isHearing()).toBe(false)
    await all.slack.comeBack(port)
    await all.slack.until(() => all.adapter.isHearing(), 'it hears again', SOON)
    all.slack.people.says(ANN, OPS, `<@${ME}> count after`)
    await all.slack.until(() => all.front.taken.size === 1, 'it takes what is said')
  })
})

// Lines that end as soon as they are there are followed by waits of up to three seconds: RUNS=1200 is an hour of them.
const rounds = Number(process.env.RUNS ?? 8)

describe('many drops and refreshes', () => {
  it('lose nothing', { timeout: 60_000 + rounds * 4000 }, async () => {
    const all = await started({ again: 300 })
    const { slack, front, adapter } = all
    let longest = 0
    for (let round = 0; round < rounds; round++) {
      const lines = slack.lines.count
      slack.people.says(ANN, OPS, `<@${ME}> count ${round}`)
      if (round % 2 === 0) slack.lines.drop()
      else slack.lines.refresh('refresh_requested')
      const from = performance.now()
      slack.people.says(ANN, OPS, `<@${ME}> count again ${round}`)
      await slack.until(() => slack.lines.count > lines && adapter.isHearing(), 'it hears again')
      longest = Math.max(longest, performance.now() - from)
    }
    await slack.until(() => front.taken.size === 2 * rounds && slack.deliveries.areAcked(), 'all is taken')
    expect(longest).toBeLessThan(SOON)
  })
})

describe('the end', () => {
  it('acknowledges what was taken, and takes nothing more', async () => {
    let release = (): void => undefined
    const isStored = new Promise<void>((resolve) => {
      release = resolve
    })
    const { slack, front, adapter } = await started({ again: 60_000 })
    let isBegun = false
    front.beforeTake = () => {
      isBegun = true
      return isStored
    }
    slack.people.says(ANN, slack.workspace.direct(ANN).id, 'count pool:prod')
    await slack.until(() => isBegun, 'it is being stored')
    const stopped = adapter.stop()
    slack.people.says(ANN, slack.workspace.direct(ANN).id, 'count pool:dev')
    release()
    await stopped
    await slack.until(() => slack.deliveries.all[0]?.ackedAt !== null, 'the first is acknowledged')
    expect(slack.deliveries.all[1]?.ackedAt).toBe(null)
    expect(front.taken.size).toBe(1)
    expect(adapter.isHearing()).toBe(false)
    await slack.until(() => slack.lines.size === 0, 'no connection is left')
  })
})
