// What becomes of jobs that switch machines: those that do as they are told, those that do not, and those of which
// nobody knows.
import { describe, expect, it } from 'vitest'
import { lookupAll } from '../../../src/inventory/query/lookup.ts'
import { protectThings } from '../../../src/inventory/resources/protection.ts'
import { cancel } from '../../../src/jobs/cancel.ts'
import type { PowerVerb } from '../../../src/jobs/power/power.ts'
import { powerInput, powerTask } from '../../../src/jobs/power/power-task.ts'
import { eventsOf } from '../../../src/jobs/read.ts'
import { retry } from '../../../src/jobs/retry.ts'
import { databases, ENTRY } from '../../inventory/open.ts'
import { Shop } from '../shop.ts'
import { addMachines, powerOf } from './lab.ts'

type Machines = Awaited<ReturnType<typeof addMachines>>

describe.each(databases)('power jobs on %s', (kind) => {
  const shop = Shop.on(kind)

  const start = (verb: PowerVerb, machines: Machines) =>
    shop.enqueue(powerTask, { input: powerInput(verb, machines), targets: machines.map(({ id }) => id) })

  it('switches machines off and on, and says of each that it is so', async () => {
    const machines = await addMachines(shop, { a1: {}, a2: {} })
    await shop.worker([powerTask])
    const off = await start('off', machines)
    const { run, steps } = await shop.settled(off)
    expect(run).toMatchObject({ state: 'done' })
    expect(steps.map(({ name }) => name)).toEqual(['check again', 'read the power', 'switch off'])
    expect(steps[2]?.output).toEqual({ a1: 'is off', a2: 'is off' })
    expect(await powerOf(shop, machines)).toEqual(['a1 off 1', 'a2 off 1'])
    const told = (await eventsOf(shop.knex, off, 0)).flatMap(({ kind, text }) => (kind === 'progress' ? [text] : []))
    expect(told).toContain('now 2 on (simulated)')
    expect(told.at(-1)).toMatch(/^2 of 2: a[12] is off \(simulated\)$/)
    expect((await shop.settled(await start('off', machines))).steps[2]?.output).toMatchObject({ a1: 'was off already' })
    expect((await shop.settled(await start('on', machines))).run.state).toBe('done')
    expect(await powerOf(shop, machines)).toEqual(['a1 on 2', 'a2 on 2'])
  })

  it('fails where the power stays on, and does the others nevertheless', async () => {
    const machines = await addMachines(shop, { b1: { 'simulated.fault': 'stays-on' }, b2: {} })
    await shop.worker([powerTask])
    const { run } = await shop.settled(await start('off', machines))
    expect(run).toMatchObject({ state: 'failed', reason: { code: 'step-failed', step: 'switch off' } })
    expect(JSON.stringify(run.reason)).toContain('1 of 2 done; b1 failed: is still on (simulated)')
    expect(await powerOf(shop, machines)).toEqual(['b1 on 0', 'b2 off 1'])
  })

  it('leaves the rest alone after five failures', async () => {
    const fault = { 'simulated.fault': 'no-answer' }
    const machines = await addMachines(
      shop,
      Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`c${at + 10}`, fault])),
    )
    await shop.worker([powerTask])
    const { run } = await shop.settled(await start('off', machines))
    expect(JSON.stringify(run.reason)).toContain('skipped: left alone after')
  })

  it('cycles once: a retry cycles only those that were not', async () => {
    const machines = await addMachines(shop, { d1: { 'simulated.fault': 'stays-on' }, d2: {} })
    await shop.worker([powerTask])
    const id = await start('cycle', machines)
    expect((await shop.settled(id)).run.state).toBe('failed')
    expect(await powerOf(shop, machines)).toEqual(['d1 on 0', 'd2 on 1'])
    await shop.knex.raw(`update attributes set text = 'hangs' where text = 'stays-on'`)
    const again = await retry(shop.knex, id, { operator: 'os:test', command: 'retry' })
    expect((await shop.settled(again.id)).run.state).toBe('done')
    expect(await powerOf(shop, machines)).toEqual(['d1 on 1', 'd2 on 1'])
  })

  it('stands as unknown where nobody knows whether a machine was cycled', async () => {
    const machines = await addMachines(shop, { e1: { 'simulated.fault': 'goes-silent' } })
    await shop.worker([powerTask])
    const { run } = await shop.settled(await start('cycle', machines))
    expect(run).toMatchObject({
      state: 'unknown',
      reason: { code: 'step-unknown', step: 'power cycle', because: 'said', probe: 'unknown' },
    })
  })

  it('cycles nobody twice where its worker has to go in the middle and another one takes over', async () => {
    const machines = await addMachines(shop, { h1: {}, h2: { 'simulated.speed': '0.5' } })
    const first = await shop.worker([powerTask])
    const id = await start('cycle', machines)
    await shop.until(id, ({ events }) => events.some(({ text }) => text === '1 of 2: h1 cycled (simulated)'))
    await first.drain(0)
    expect(await powerOf(shop, machines)).toEqual(['h1 on 1', 'h2 on 0'])
    await shop.worker([powerTask])
    const { run, steps } = await shop.settled(id)
    expect(run.state).toBe('done')
    expect(steps[2]?.output).toEqual({ h1: 'has had its power cycle', h2: 'cycled' })
    expect(await powerOf(shop, machines)).toEqual(['h1 on 1', 'h2 on 1'])
  })

  it('begins nothing where a machine was protected or is gone since', async () => {
    const machines = await addMachines(shop, { f1: {} })
    const id = await start('off', machines)
    await shop.inventory.change(ENTRY, async (change) =>
      protectThings(change, await lookupAll(change, [{ text: 'f1', at: 0 }]), 'month end'),
    )
    await shop.worker([powerTask])
    const { run } = await shop.settled(id)
    expect(run).toMatchObject({ state: 'failed', reason: { step: 'check again' } })
    const gone = await shop.settled(await start('off', [{ id: 999_999, name: 'f2' }]))
    expect(JSON.stringify(gone.run.reason)).toContain('no longer in the inventory: f2')
    expect(await powerOf(shop, machines)).toEqual(['f1 on 0'])
  })

  it('is cancelled in the middle', async () => {
    const machines = await addMachines(shop, { g1: { 'simulated.speed': '0.001' } })
    await shop.worker([powerTask])
    const id = await start('off', machines)
    await shop.until(id, ({ steps }) => steps[2]?.state === 'running')
    await cancel(shop.knex, id, 'os:test')
    expect((await shop.settled(id)).run.state).toBe('cancelled')
    expect(await powerOf(shop, machines)).toEqual(['g1 on 0'])
  })
})
