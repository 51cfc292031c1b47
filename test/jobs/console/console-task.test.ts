// A console at a terminal shows what stands on it and ends; beside it others work on the same machine; and one that does
// not answer is told as such.
import { describe, expect, it } from 'vitest'
import { consoleInput, consoleTask } from '../../../src/jobs/console/console-task.ts'
import { powerInput, powerTask } from '../../../src/jobs/power/power-task.ts'
import { databases } from '../../inventory/open.ts'
import { addMachines } from '../power/lab.ts'
import { Shop } from '../shop.ts'

describe.each(databases)('consoles on %s', (kind) => {
  const shop = Shop.on(kind)
  const start = (machine: { readonly id: number; readonly name: string }, thread: string | null) =>
    shop.enqueue(consoleTask, {
      input: consoleInput({ machine, seconds: 60 }),
      targets: [machine.id],
      message: thread === null ? { chat: 'terminal', thread: 'x' } : { chat: 'fake', thread },
    })

  it('shows at a terminal what stands there, and ends', async () => {
    const [machine] = await addMachines(shop, { a1: {} })
    if (!machine) throw new Error('no machine')
    await shop.worker([consoleTask])
    const { run, steps } = await shop.settled(await start(machine, null))
    expect(run.state).toBe('done')
    expect(steps[0]?.output).toMatchObject({ lines: expect.arrayContaining(['a1 login: ']) })
    expect(await shop.knex('consoles')).toEqual([])
  })

  it('keeps neither its machine nor a place from other jobs', async () => {
    const [machine] = await addMachines(shop, { b1: {} })
    if (!machine) throw new Error('no machine')
    await shop.worker([consoleTask, powerTask], { concurrency: 1 })
    const open = await start(machine, 't1')
    const power = { input: powerInput('off', [machine]), targets: [machine.id] }
    expect((await shop.settled(await shop.enqueue(powerTask, power))).run.state).toBe('done')
    const [row] = await shop.knex('consoles').where({ run_id: open })
    expect(row).toMatchObject({ closed_at: null, thing: 'b1', holder: null })
  })

  it('is closed, and says why, where the machine does not answer', async () => {
    const [machine] = await addMachines(shop, { c1: { 'simulated.fault': 'no-answer' } })
    if (!machine) throw new Error('no machine')
    await shop.worker([consoleTask])
    const { run } = await shop.settled(await start(machine, 't2'))
    expect(run).toMatchObject({ state: 'failed', reason: { error: 'the simulated BMC does not answer' } })
    expect(await shop.knex('consoles').where({ thing: 'c1' })).toMatchObject([{ reason: 'failed' }])
  })
})
