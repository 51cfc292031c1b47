// What a run goes through that nobody kills: steps, retries, time limits, cancelling, locks and draining.
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { addThings } from '../../src/inventory/write/things.ts'
import { cancel } from '../../src/jobs/cancel.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { markRun } from '../../src/jobs/mark.ts'
import { eventsOf, listRuns, lockedBy, runWithSteps } from '../../src/jobs/read.ts'
import { retry } from '../../src/jobs/retry.ts'
import { OutcomeUnknown } from '../../src/jobs/task.ts'
import { workersOf } from '../../src/jobs/workers.ts'
import { databases } from '../inventory/open.ts'
import { gate, Shop, task } from './shop.ts'
import { untilStopped } from './until-stopped.ts'

describe.each(databases)('a worker on %s', (kind) => {
  const shop = Shop.on(kind)

  it('does the steps of a run in their order and hands their outputs on', async () => {
    const build = task({
      first: { run: async ({ input }) => ({ got: input }) },
      second: { run: async ({ outputs }) => [outputs.first ?? null] },
    })
    await shop.worker([build])
    const id = await shop.enqueue(build, { input: { rack: 4 } })
    const { run, steps } = await shop.settled(id)
    expect(run).toMatchObject({ state: 'done', reason: null, lease_by: null, operator: 'os:test' })
    expect(steps.map(({ output }) => output)).toEqual([{ got: { rack: 4 } }, [{ got: { rack: 4 } }]])
    expect(await listRuns(shop.knex, { limit: 1 })).toMatchObject([{ id, step: null, steps_done: 2, steps_all: 2 }])
  })

  it('is asked within the transaction of whoever asks: without it there is no run', async () => {
    const noop = task({ only: { run: async () => null } })
    const asked = { task: noop, input: null, operator: 'os:test', command: 'test' }
    const transaction = await shop.knex.transaction()
    const { id: gone } = await enqueue(transaction, asked)
    await transaction.rollback()
    expect(await runWithSteps(shop.knex, gone)).toBeNull()
    await shop.worker([noop])
    const { id } = await shop.knex.transaction((trx) => enqueue(trx, asked))
    expect((await shop.settled(id)).run.state).toBe('done')
  })

  it('leaves runs of tasks that it does not know', async () => {
    const known = task({ only: { run: async () => null } })
    const strange = task({ only: { run: async () => null } })
    const waiting = await shop.enqueue(strange)
    await shop.worker([known])
    await shop.settled(await shop.enqueue(known))
    expect((await runWithSteps(shop.knex, waiting))?.run.state).toBe('queued')
  })

  it('tries again after a failure, as often as the step says, and keeps each error', async () => {
    let times = 0
    const flaky = task({
      flaky: {
        retries: { times: 2, delayMs: 1 },
        run: async () => {
          times++
          throw new Error(`no ${times}`)
        },
      },
      never: { run: async () => null },
    })
    await shop.worker([flaky])
    const id = await shop.enqueue(flaky)
    const { run } = await shop.settled(id)
    expect(run).toMatchObject({ state: 'failed', reason: { code: 'step-failed', step: 'flaky', error: 'no 3' } })
    expect(await shop.steps(id)).toBe('flaky: failed, never: skipped')
    expect((await eventsOf(shop.knex, id, 0)).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'attempt-failed no 1',
      'attempt-failed no 2',
    ])
  })

  it('never does a step twice that is not repeatable, unless it looks and sees that it was not done', async () => {
    let times = 0
    const fail = async () => {
      times++
      throw new Error('no')
    }
    const retries = { times: 1, delayMs: 1 }
    const blind = task({ blind: { repeatable: false, retries, run: fail } })
    const seeing = task({ seeing: { repeatable: false, retries, run: fail, probe: async () => 'not-done' } })
    await shop.worker([blind, seeing])
    expect((await shop.settled(await shop.enqueue(blind))).run.state).toBe('failed')
    expect(times).toBe(1)
    expect((await shop.settled(await shop.enqueue(seeing))).run.state).toBe('failed')
    expect(times).toBe(3)
  })

  it('looks where a step does not know its outcome; what nobody knows stands as unknown until it is marked', async () => {
    const lost = async () => {
      throw new OutcomeUnknown('the line broke')
    }
    const found = task({ sent: { repeatable: false, run: lost, probe: async () => 'done' } })
    const open = task({ sent: { repeatable: false, run: lost }, after: { run: async () => 'went on' } })
    await shop.worker([found, open])
    expect((await shop.settled(await shop.enqueue(found))).run.state).toBe('done')
    const id = await shop.enqueue(open)
    expect((await shop.settled(id)).run).toMatchObject({
      state: 'unknown',
      reason: { code: 'step-unknown', step: 'sent', because: 'said', probe: 'none', error: 'the line broke' },
    })
    await expect(retry(shop.knex, id, { operator: 'o', command: 'c' })).rejects.toMatchObject({ code: 'job-not-ended' })
    expect(await markRun(shop.knex, id, 'done', 'os:bob', 'saw it')).toMatchObject({ step: 'sent', next: 'after' })
    expect(await shop.steps(id)).toBe('sent: done, after: done')
    await expect(markRun(shop.knex, id, 'done', 'o', 'b')).rejects.toMatchObject({ code: 'job-not-unknown' })
  })

  it('marked as failed it ends, and a retry is a new run that begins where it failed', async () => {
    let isBroken = true
    const lost = task({
      made: { run: async () => 'made once' },
      sent: {
        repeatable: false,
        run: async () => {
          if (isBroken) throw new OutcomeUnknown('lost')
          return null
        },
      },
    })
    await shop.worker([lost])
    const id = await shop.enqueue(lost, { targets: [7] })
    await shop.settled(id)
    expect(await lockedBy(shop, [7, 8])).toMatchObject([{ thing_id: 7, run_id: id, held: true }])
    await markRun(shop.knex, id, 'failed', 'os:bob', 'it was not')
    expect(await lockedBy(shop, [7, 8])).toEqual([])
    expect((await shop.settled(id)).run).toMatchObject({ state: 'failed', reason: { code: 'marked', step: 'sent' } })
    isBroken = false
    const again = await retry(shop.knex, id, { operator: 'os:bob', command: 'retry' })
    const { run, steps } = await shop.settled(again.id)
    expect(run).toMatchObject({ state: 'done', retry_of: id, operator: 'os:bob' })
    expect(steps.map(({ attempt, output }) => [attempt, output])).toEqual([
      [0, 'made once'],
      [1, null],
    ])
    expect(await shop.steps(id)).toBe('made: done, sent: failed')
  })

  it('ends a step that takes too long: repeatable ones are tried again, of others nobody knows', async () => {
    const slow = { timeout: 20, run: async (_: unknown, signal: AbortSignal) => untilStopped(signal) }
    const repeatable = task({ slow: { ...slow, retries: { times: 1, delayMs: 1 } } })
    const other = task({ slow: { ...slow, repeatable: false } })
    const deaf = task({ deaf: { timeout: 20, repeatable: false, run: () => new Promise(() => undefined) } })
    await shop.worker([repeatable, other, deaf], { graceMs: 20 })
    const { run, steps } = await shop.settled(await shop.enqueue(repeatable))
    expect(run).toMatchObject({ state: 'failed', reason: { error: 'it took longer than 0.02 s' } })
    expect(steps).toMatchObject([{ attempt: 2 }])
    for (const each of [other, deaf]) {
      const seen = await shop.settled(await shop.enqueue(each))
      expect(seen.run).toMatchObject({ state: 'unknown', reason: { because: 'timeout', probe: 'none' } })
    }
  })

  it('cancels: at once what waits, by its signal what runs, and keeps what was done', async () => {
    const begun = gate()
    const long = task({
      first: { run: async () => null },
      long: {
        run: (_, signal) => {
          begun.open()
          return pause(600_000, null, { signal })
        },
      },
      never: { run: async () => null },
    })
    const waiting = await shop.enqueue(long)
    expect(await cancel(shop.knex, waiting, 'os:bob')).toEqual({ tag: 'cancelled' })
    expect(await shop.steps(waiting)).toBe('first: skipped, long: skipped, never: skipped')
    await shop.worker([long])
    const id = await shop.enqueue(long)
    await begun.opened
    expect(await cancel(shop.knex, id, 'os:bob')).toEqual({ tag: 'asked' })
    expect((await shop.settled(id)).run).toMatchObject({
      state: 'cancelled',
      reason: { code: 'cancelled', by: 'os:bob', step: 'long' },
    })
    expect(await shop.steps(id)).toBe('first: done, long: failed, never: skipped')
    // And not what its wait has thrown.
    expect((await shop.settled(id)).steps[1]?.error).toBe('stopped')
    expect(await cancel(shop.knex, id, 'os:bob')).toEqual({ tag: 'ended', state: 'cancelled' })
    await expect(cancel(shop.knex, 4711, 'os:bob')).rejects.toMatchObject({ code: 'no-such-job' })
  })

  it('does not call a run cleanly cancelled whose step may have been done: it is unknown, until it is marked', async () => {
    const begun = [gate(), gate(), gate()] as const
    const waiting = (at: 0 | 1 | 2) => (_: unknown, signal: AbortSignal) => {
      begun[at].open()
      return at === 2 ? new Promise<null>(() => undefined) : untilStopped(signal)
    }
    const blind = task({ sent: { repeatable: false, run: waiting(0) }, never: { run: async () => null } })
    const seeing = task({ sent: { repeatable: false, run: waiting(1), probe: async () => 'not-done' } })
    const deaf = task({ sent: { run: waiting(2) } })
    await shop.worker([blind, seeing, deaf], { graceMs: 20 })
    const ends = []
    for (const [at, each] of [blind, seeing, deaf].entries()) {
      const id = await shop.enqueue(each)
      await begun[at]?.opened
      await cancel(shop.knex, id, 'os:bob')
      const { run, steps } = await shop.settled(id)
      ends.push([id, run.state, steps[0]?.state, run.reason])
    }
    const unknown = { code: 'step-unknown', step: 'sent', because: 'cancelled', probe: 'none' }
    expect(ends).toMatchObject([
      [expect.any(Number), 'unknown', 'unknown', unknown],
      [expect.any(Number), 'cancelled', 'failed', { code: 'cancelled', by: 'os:bob', step: 'sent' }],
      [expect.any(Number), 'unknown', 'unknown', unknown],
    ])
    expect(await markRun(shop.knex, Number(ends[0]?.[0]), 'done', 'os:bob', 'saw it')).toMatchObject({
      state: 'cancelled',
    })
  })

  it('never tries a step again whose last attempt still runs: it waits for it, and then nobody knows', async () => {
    const seen: string[] = []
    const late = task({
      late: {
        timeout: 20,
        retries: { times: 1, delayMs: 1 },
        run: async ({ attempt }, signal) => {
          seen.push(`${attempt} begins`)
          await untilStopped(signal).catch(() => undefined)
          await nextTurns(5)
          seen.push(`${attempt} ends`)
          throw new Error('at last')
        },
      },
    })
    const endless = task({
      deaf: { timeout: 20, retries: { times: 5, delayMs: 1 }, run: () => new Promise(() => seen.push('deaf')) },
    })
    await shop.worker([late])
    expect((await shop.settled(await shop.enqueue(late))).run.state).toBe('failed')
    await shop.worker([endless], { graceMs: 20 })
    const id = await shop.enqueue(endless)
    const error = 'it took longer than 0.02 s; it was told to stop and has not'
    expect((await shop.settled(id)).run).toMatchObject({
      state: 'unknown',
      reason: { because: 'timeout', probe: 'none', error },
    })
    expect(seen).toEqual(['1 begins', '1 ends', '2 begins', '2 ends', 'deaf'])
  })

  it('cancels a run that waits for its retry', async () => {
    const failing = task({
      failing: {
        retries: { times: 1, delayMs: 3_600_000 },
        run: async () => {
          throw new Error('no')
        },
      },
    })
    await shop.worker([failing])
    const id = await shop.enqueue(failing)
    await shop.until(id, ({ steps }) => steps[0]?.retry_at != null)
    await cancel(shop.knex, id, 'os:bob')
    expect((await shop.settled(id)).run.state).toBe('cancelled')
  })

  it('does one at a time of the runs that share a thing, in their order', async () => {
    const open = gate()
    const order: string[] = []
    const step = (name: string, wait: Promise<void>) =>
      task({
        only: {
          run: async () => {
            order.push(`${name} begins`)
            await wait
            order.push(`${name} ends`)
            return null
          },
        },
      })
    const one = step('one', open.opened)
    const two = step('two', Promise.resolve())
    const free = step('free', Promise.resolve())
    const first = await shop.enqueue(one, { targets: [1, 2] })
    const second = await shop.enqueue(two, { targets: [2, 3] })
    const third = await shop.enqueue(two, { targets: [3] })
    await shop.worker([one, two, free])
    await shop.settled(await shop.enqueue(free, { targets: [4] }))
    const waiting = await runWithSteps(shop.knex, second)
    expect(waiting).toMatchObject({ run: { state: 'queued' }, waits_for: [first] })
    expect((await runWithSteps(shop.knex, third))?.waits_for).toEqual([second])
    open.open()
    await shop.settled(third)
    expect(order).toEqual(['one begins', 'free begins', 'free ends', 'one ends', ...twice('two')])
  })

  it('changes the inventory exactly once where a step is completed with its change', async () => {
    const add = task({
      add: {
        run: async ({ change, entry }) => {
          await change(
            entry,
            async (inside) => {
              const driver = inside.catalogue.get('server')
              if (!driver) throw new Error('no driver server')
              await addThings(inside, [{ name: 'web1', driver }])
              return 'added'
            },
            { completes: true },
          )
          throw new Error('too late to matter')
        },
      },
    })
    await shop.worker([add])
    const id = await shop.enqueue(add)
    const { run, steps } = await shop.settled(id)
    expect([run.state, steps[0]?.output]).toEqual(['done', 'added'])
    const versions = await shop.knex('versions').select('operator', 'job')
    expect(versions).toMatchObject([{ operator: 'os:test', job: expect.stringMatching(new RegExp(`^${id}-`)) }])
  })

  it('tells how far it is, folded', async () => {
    const telling = task({
      only: {
        run: async ({ progress }) => {
          for (let percent = 0; percent <= 100; percent++) progress(percent, 'copying')
          progress(null, 'all\0 copied')
          return null
        },
      },
    })
    await shop.worker([telling])
    const id = await shop.enqueue(telling)
    await shop.settled(id)
    const events = await eventsOf(shop.knex, id, 0)
    expect(events).toMatchObject([
      { kind: 'progress', step: 'only', percent: 100, text: 'copying' },
      { kind: 'progress', step: 'only', percent: null, text: 'all copied' },
    ])
  })

  it('drains: what runs may end, and what has to stop is gone on with by the next worker', async () => {
    const begun = gate()
    let isFirst = true
    const long = task({
      first: { run: async () => 'kept' },
      long: {
        run: async (_, signal) => {
          if (!isFirst) return null
          isFirst = false
          begun.open()
          return untilStopped(signal)
        },
      },
    })
    const worker = await shop.worker([long])
    const id = await shop.enqueue(long)
    await begun.opened
    await worker.drain(10)
    expect(await runWithSteps(shop.knex, id)).toMatchObject({
      run: { state: 'running', lease_by: null },
      steps: [{ state: 'done' }, { state: 'pending', attempt: 0 }],
    })
    await shop.worker([long])
    expect((await shop.settled(id)).run.state).toBe('done')
  })

  it('is listed with what it does while it lives, and not after it', async () => {
    const begun = gate()
    const hold = (_: unknown, signal: AbortSignal) => {
      begun.open()
      return untilStopped(signal)
    }
    const long = task({ long: { run: hold } })
    expect(await workersOf(shop.knex)).toEqual([])
    await shop.worker([], { name: 'idle:1' })
    await shop.worker([long], { name: "busy's:2" })
    const id = await shop.enqueue(long)
    await begun.opened
    const found = await workersOf(shop.knex)
    expect(found).toMatchObject([
      { name: expect.stringMatching(/^busy.s:2$/), runs: [id] },
      { name: 'idle:1', runs: [] },
    ])
    for (const { silentMs } of found) expect(silentMs).toBeLessThan(20_000)
    await shop.endWorkers()
    expect(await workersOf(shop.knex)).toEqual([])
    await cancel(shop.knex, id, 'os:test')
  })

  it('keeps what is told of a run though it is cut in the middle of a sign, or is half of one', async () => {
    const half = '\ud83d'
    const wordy = task({
      tells: {
        run: async ({ progress }) => {
          progress(1, `${'x'.repeat(499)}😀`)
          return { half, [half]: 1 }
        },
      },
      fails: {
        run: async () => {
          throw new Error(`${'x'.repeat(1999)}😀`)
        },
      },
    })
    await shop.worker([wordy])
    const id = await shop.enqueue(wordy)
    const { run, steps } = await shop.settled(id)
    expect(run.reason).toMatchObject({ code: 'step-failed', step: 'fails', error: `${'x'.repeat(1999)}\ufffd` })
    expect(steps.map(({ state }) => state)).toEqual(['done', 'failed'])
    expect((await eventsOf(shop.knex, id, 0)).map(({ text }) => text)).toEqual([`${'x'.repeat(499)}\ufffd`])
  })

  it('has a bug in a step fail the run, and nothing else', async () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const odd = task({ odd: { run: async () => circular as never } })
    const fine = task({ fine: { run: async () => null } })
    await shop.worker([odd, fine])
    const id = await shop.enqueue(odd)
    expect((await shop.settled(id)).run).toMatchObject({
      state: 'failed',
      reason: { code: 'step-failed', step: 'odd' },
    })
    expect((await shop.settled(await shop.enqueue(fine))).run.state).toBe('done')
  })
})

const twice = (name: string) => [`${name} begins`, `${name} ends`, `${name} begins`, `${name} ends`]

async function nextTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
