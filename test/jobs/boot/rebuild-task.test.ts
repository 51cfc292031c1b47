// What becomes of rebuilds of simulated machines: what is installed and recorded, and what those that fail do to the rest.
import { describe, expect, it } from 'vitest'
import { rebuildInput } from '../../../src/jobs/boot/rebuild-input.ts'
import { rebuildTask } from '../../../src/jobs/boot/rebuild-task.ts'
import { cancel } from '../../../src/jobs/cancel.ts'
import { powerInput, powerTask } from '../../../src/jobs/power/power-task.ts'
import { publicId } from '../../../src/jobs/public-id.ts'
import { eventsOf } from '../../../src/jobs/read.ts'
import { retry } from '../../../src/jobs/retry.ts'
import { databases, ENTRY } from '../../inventory/open.ts'
import { addMachines, powerOf } from '../power/lab.ts'
import { Shop } from '../shop.ts'

type Machines = Awaited<ReturnType<typeof addMachines>>

describe.each(databases)('rebuild on %s', (kind) => {
  const shop = Shop.on(kind)

  const start = (machines: Machines, { atATime = 5, stopAfter = 1, patience = 5000 } = {}) =>
    shop.enqueue(rebuildTask, {
      input: rebuildInput({
        machines: machines.map((machine) => ({ ...machine, image: 'debian13' })),
        atATime,
        stopAfter,
        patience,
      }),
      targets: machines.map(({ id }) => id),
      command: 'rebuild them',
    })

  /** `a1 debian13`: what the inventory says is installed. */
  const installed = async (machines: Machines): Promise<string[]> => {
    const { rows } = await shop.knex.raw<{ rows: { said: string }[] }>(
      `select t.name || ' ' || a.text as said from attributes a join things t on t.id = a.thing_id
       where a.thing_id = any(?::bigint[]) and a.key = 'os' and a.subkey = 'image' order by t.name`,
      [machines.map(({ id }) => id)],
    )
    return rows.map(({ said }) => said)
  }

  it('goes through every step, tells how far it is, and records what is installed in one version of the job', async () => {
    const machines = await addMachines(shop, { a1: {} })
    await shop.worker([rebuildTask])
    const id = await start(machines)
    const { run, steps } = await shop.settled(id)
    expect(run).toMatchObject({ state: 'done', reason: null })
    expect(steps.map(({ name }) => name)).toEqual([
      'check again',
      'offer the image',
      'boot from the network',
      'wait for the installer',
      'install',
      'first boot',
      'verify',
      'record',
    ])
    const told = (await eventsOf(shop.knex, id, 0)).flatMap(({ kind, text }) => (kind === 'progress' ? [text] : []))
    expect(told.every((text) => text?.includes('(simulated)'))).toBe(true)
    expect(told.at(-1)).toBe('a1 up (simulated)')
    expect(await installed(machines)).toEqual(['a1 debian13'])
    const { rows } = await shop.knex.raw<{ rows: object[] }>('select command, job from versions order by version desc')
    expect(rows[0]).toEqual({ command: 'rebuild them', job: publicId(id) })
    const { rows: simulated } = await shop.knex.raw<{ rows: object[] }>(
      'select power, boot, image, offered from simulated_machines where thing_id = ?',
      [machines[0]?.id ?? 0],
    )
    expect(simulated).toEqual([{ power: 'on', boot: 'disk', image: 'debian13', offered: null }])
  })

  it('goes on without a machine that has failed, whatever it is called by then', async () => {
    const machines = await addMachines(shop, { r1: {}, r2: { 'simulated.fault': 'no-answer' } })
    const id = await start(machines, { stopAfter: 2 })
    await shop.inventory.change(ENTRY, async (change) => {
      await change.knex.raw(`update things set name = 'renamed', name_key = 'renamed' where name = 'r2'`)
    })
    await shop.worker([rebuildTask])
    const { run, steps } = await shop.settled(id)
    expect(run.state).toBe('failed')
    const failedIn = steps.filter(({ output }) => JSON.stringify(output)?.includes('does not answer'))
    expect(failedIn.map(({ name }) => name)).toEqual(['offer the image'])
    expect(await installed(machines)).toEqual(['r1 debian13'])
  })

  it('does not install again what is switched off and on later', async () => {
    const machines = await addMachines(shop, { b1: {} })
    await shop.worker([rebuildTask, powerTask])
    await shop.settled(await start(machines))
    const cycled = await shop.settled(await shop.enqueue(powerTask, { input: powerInput('cycle', machines) }))
    expect(cycled.run.state).toBe('done')
    const { rows } = await shop.knex.raw<{ rows: object[] }>(
      'select started_from, image from simulated_machines where thing_id = ?',
      [machines[0]?.id ?? 0],
    )
    expect(rows).toEqual([{ started_from: 'disk', image: 'debian13' }])
  })

  it('fails in the step that a machine never comes back from; tried again, it goes on from there', async () => {
    const machines = await addMachines(shop, { c1: { 'simulated.fault': 'hangs' } })
    await shop.worker([rebuildTask])
    const id = await start(machines, { patience: 600 })
    const { run } = await shop.settled(id)
    expect(run.state).toBe('failed')
    expect(run.reason).toMatchObject({ step: 'install', error: 'c1 failed: installing 40% after 1 s' })
    expect(await installed(machines)).toEqual([])
    await shop.knex.raw(`delete from attributes where text = 'hangs'`)
    const again = await retry(shop.knex, id, { operator: 'os:test', command: 'retry' })
    expect((await shop.settled(again.id)).run.state).toBe('done')
    expect(await installed(machines)).toEqual(['c1 debian13'])
    expect(await powerOf(shop, machines)).toEqual(['c1 on 1'])
  })

  it('goes on with the others of a batch, and begins no further one after as many failures as were asked for', async () => {
    const machines = await addMachines(shop, { d1: {}, d2: { 'simulated.fault': 'stays-on' }, d3: {}, d4: {} })
    await shop.worker([rebuildTask])
    const { run, steps } = await shop.settled(await start(machines, { atATime: 2 }))
    expect(run.state).toBe('failed')
    expect(run.reason).toMatchObject({
      step: 'batch 2: offer the image',
      error: '1 of 4 rebuilt; d2 failed: was not cycled; skipped after 1 failure (stop after 1): d3, d4',
    })
    expect(steps.filter(({ state }) => state === 'skipped')).toHaveLength(7)
    expect(await installed(machines)).toEqual(['d1 debian13'])
    expect(await powerOf(shop, machines)).toEqual(['d1 on 1', 'd2 on 0', 'd3 on 0', 'd4 on 0'])
    const { rows } = await shop.knex.raw<{ rows: object[] }>('select boot from simulated_machines where events = 0')
    expect(rows).toEqual([{ boot: 'disk' }])
  })

  it('goes on with the next batch where more failures are allowed, and says at the end who has failed', async () => {
    const machines = await addMachines(shop, { e1: { 'simulated.fault': 'no-answer' }, e2: {} })
    await shop.worker([rebuildTask])
    const { run } = await shop.settled(await start(machines, { atATime: 1, stopAfter: 2 }))
    expect(run.reason).toMatchObject({
      step: 'sum up',
      error: '1 of 2 rebuilt; e1 failed: not touched: the simulated BMC does not answer',
    })
    expect(await installed(machines)).toEqual(['e2 debian13'])
  })

  /** As a worker leaves it that is killed between telling a machine to boot from the network and switching it. */
  const cutOff = async (machines: Machines, cancelBy: string | null): Promise<number> => {
    const id = await start(machines)
    const { knex } = shop
    const offered = { failed: {}, counts: Object.fromEntries(machines.map((machine) => [machine.id, 0])) }
    for (const { id: thing } of machines)
      await knex.raw(
        `insert into simulated_machines (thing_id, power, boot, started_from, offered, events)
         values (?, 'on', 'network', 'disk', 'debian13', 0)`,
        [thing],
      )
    await knex.raw(
      `update run_steps set state = 'done', attempt = 1, output = '{}' where run_id = ? and position < 2`,
      [id],
    )
    await knex.raw('update run_steps set output = ?::jsonb where run_id = ? and position = 1', [
      JSON.stringify(offered),
      id,
    ])
    await knex.raw(`update run_steps set state = 'running', attempt = 1, fence = 1 where run_id = ? and position = 2`, [
      id,
    ])
    await knex.raw(
      `update runs set state = 'running', fence = 1, beats = 1, lease_by = 'gone 1 x', cancel_by = ?,
         lease_until = clock_timestamp() - interval '1 hour', started_at = clock_timestamp() where id = ?`,
      [cancelBy as string, id],
    )
    return id
  }

  const bootOf = async (machines: Machines): Promise<object[]> => {
    const { rows } = await shop.knex.raw<{ rows: object[] }>(
      'select boot, offered, events from simulated_machines where thing_id = any(?::bigint[])',
      [machines.map(({ id }) => id)],
    )
    return rows
  }

  it('is cancelled after its worker was killed on the way to the network: nothing installs it later', async () => {
    const machines = await addMachines(shop, { g1: {} })
    const id = await cutOff(machines, 'os:test')
    await shop.worker([rebuildTask], { leaseMs: 300, tickMs: 100 })
    expect((await shop.settled(id)).run.state).toBe('cancelled')
    expect(await bootOf(machines)).toEqual([{ boot: 'disk', offered: null, events: 0 }])
  })

  it('goes on after its worker was killed on the way to the network', async () => {
    const machines = await addMachines(shop, { h1: {} })
    const id = await cutOff(machines, null)
    await shop.worker([rebuildTask], { leaseMs: 300, tickMs: 100 })
    expect((await shop.settled(id)).run).toMatchObject({ state: 'done', reason: null })
    expect(await installed(machines)).toEqual(['h1 debian13'])
    expect(await bootOf(machines)).toEqual([{ boot: 'disk', offered: null, events: 1 }])
  })

  it('is cancelled while it waits', async () => {
    const machines = await addMachines(shop, { f1: { 'simulated.speed': '10', 'simulated.fault': 'hangs' } })
    await shop.worker([rebuildTask])
    const id = await start(machines, { patience: 60_000 })
    await shop.until(id, ({ steps }) => steps.some(({ name, state }) => name === 'install' && state === 'running'))
    await cancel(shop.knex, id, 'os:test')
    const { run } = await shop.settled(id)
    expect(run).toMatchObject({ state: 'cancelled', reason: { step: 'install' } })
    expect(await installed(machines)).toEqual([])
  })
})
