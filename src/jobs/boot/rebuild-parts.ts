// What is done to the machines of one batch, in order. Each part answers which of them have failed, and why.
import type { Key } from '../../grammar/ast.ts'
import { setEach } from '../../inventory/write/attributes.ts'
import { readPower } from '../power/drivers.ts'
import { inParallel } from '../power/in-parallel.ts'
import { checkAgain, presentMachines, thingsOfJob } from '../power/job-machines.ts'
import type { Machine } from '../power/machine.ts'
import { READING, switchPower } from '../power/switch.ts'
import type { Probed, StepContext } from '../task.ts'
import type { Stage } from './boot.ts'
import { bootDriver, readStages } from './drivers.ts'
import type { Rebuilt } from './rebuild-input.ts'
import { waitFor } from './wait-for.ts'

/** Reasons by name. */
export type Failed = Readonly<Record<string, string>>

export interface Work {
  /** Those of the batch that have not failed yet. */
  readonly machines: readonly Rebuilt[]
  /** Their counts of power events before anything was done, by id. */
  readonly counts: Readonly<Record<string, number | null>>
  readonly patience: number
  readonly context: StepContext
  readonly signal: AbortSignal
}

export interface Ended {
  readonly failed: Failed
  readonly counts?: Readonly<Record<string, number | null>>
}

export interface Part {
  readonly name: string
  readonly repeatable: boolean
  run(work: Work): Promise<Ended>
  probe?(work: Work): Promise<Probed>
}

const AT_A_TIME = 8
// In milliseconds: what is put back when a step has to stop.
const PUT_BACK = 3000

export const PARTS: readonly Part[] = [
  { name: 'offer the image', repeatable: true, run: offer },
  { name: 'boot from the network', repeatable: false, run: bootFromNetwork, probe: hasBooted },
  waiting('wait for the installer', 'installer'),
  waiting('install', 'first boot'),
  waiting('first boot', 'up'),
  { name: 'verify', repeatable: true, run: verify },
  { name: 'record', repeatable: true, run: record },
]

/** Under the names that the job has for them: what failed is kept by name, and somebody may rename one meanwhile. */
async function present({ context, machines }: Work): Promise<Machine[]> {
  const found = await context.inventory.read((view) => presentMachines(view, machines))
  return found.map((machine, at) => ({ ...machine, name: machines[at]?.name ?? machine.name }))
}

const knexOf = ({ context }: Work) => context.inventory.database.knex

/** What one that throws says is why it has failed; the others go on. */
async function each(work: Work, one: (machine: Machine, wanted: Rebuilt) => Promise<string | null>): Promise<Failed> {
  const wanted = new Map(work.machines.map((machine) => [machine.id, machine]))
  const failed: Record<string, string> = {}
  await inParallel(await present(work), AT_A_TIME, async (machine) => {
    const rebuilt = wanted.get(machine.id)
    if (!rebuilt) return
    try {
      const reason = await one(machine, rebuilt)
      if (reason !== null) failed[machine.name] = reason
    } catch (error) {
      work.signal.throwIfAborted()
      failed[machine.name] = error instanceof Error ? error.message : String(error)
    }
  })
  return failed
}

/** Nothing has happened to them yet: this is the last moment to see that something speaks against it. */
async function offer(work: Work): Promise<Ended> {
  const { context, machines, signal } = work
  await checkAgain(context, 'rebuild', machines)
  const readings = await readPower(knexOf(work), await present(work), READING, signal)
  const counts: Record<string, number | null> = {}
  const failed = await each(work, async (machine, { image }) => {
    const reading = readings.get(machine.id)
    if (reading?.tag !== 'known') return `not touched: ${reading?.reason ?? 'no answer'}`
    counts[machine.id] = reading.events
    await bootDriver(machine.kind, knexOf(work)).offer(machine, image, signal)
    return null
  })
  return { failed, counts }
}

async function bootFromNetwork(work: Work): Promise<Ended> {
  const { context, counts, signal } = work
  const knex = knexOf(work)
  const failed = await each(work, async (machine, { image }) => {
    const boot = bootDriver(machine.kind, knex)
    const before = counts[machine.id] ?? null
    const putBack = () => bootFromDisk(machine, work)
    try {
      // What a look has put back is offered again.
      if (context.attempt > 1) await boot.offer(machine, image, signal)
      await boot.fromNetwork(machine, signal)
      const isAgain = context.attempt > 1
      const outcome = await switchPower(machine, { knex, verb: 'cycle', signal, before, isAgain })
      if (outcome.tag === 'done') return null
      if (outcome.tag === 'failed') await putBack()
      return outcome.text
    } catch (error) {
      if (signal.aborted) await putBack()
      throw error
    }
  })
  return { failed }
}

/** Left as it was, it would be installed by whoever switches it on next. */
const bootFromDisk = (machine: Machine, work: Work): Promise<void> =>
  bootDriver(machine.kind, knexOf(work))
    .fromDisk(machine, AbortSignal.timeout(PUT_BACK))
    .catch(() => undefined)

/**
 * Whether all of them have had their power event; those that have not boot then, unless the job has been cancelled: so
 * each of them is put back to its disk, whoever was cut off before it could.
 */
async function hasBooted(work: Work): Promise<Probed> {
  const machines = await present(work)
  const readings = await readPower(knexOf(work), machines, READING, work.signal)
  const stateOf = ({ id }: Machine): Probed => {
    const reading = readings.get(id)
    const before = work.counts[id] ?? null
    if (reading?.tag !== 'known' || reading.events === null || before === null) return 'unknown'
    return reading.events === before ? 'not-done' : 'done'
  }
  await inParallel(
    machines.filter((machine) => stateOf(machine) === 'not-done'),
    AT_A_TIME,
    (machine) => bootFromDisk(machine, work),
  )
  const states = machines.map(stateOf)
  if (states.includes('unknown')) return 'unknown'
  return states.includes('not-done') ? 'not-done' : 'done'
}

function waiting(name: string, stage: Stage): Part {
  return {
    name,
    repeatable: true,
    run: async (work) => {
      const { context, patience, signal } = work
      const progress = (percent: number, text: string) => context.progress(percent, text)
      return { failed: await waitFor(await present(work), stage, { knex: knexOf(work), signal, patience, progress }) }
    },
  }
}

async function verify(work: Work): Promise<Ended> {
  const stages = await readStages(knexOf(work), await present(work), work.signal)
  const failed = await each(work, async (machine, { image }) => {
    const boot = stages.get(machine.id)
    await bootDriver(machine.kind, knexOf(work)).fromDisk(machine, work.signal)
    if (boot?.tag !== 'known') return boot?.reason ?? 'no answer'
    return boot.image === image ? null : `has ${boot.image ?? 'nothing'} on its disk and not ${image}`
  })
  return { failed }
}

const key = (subkey: string): Key => ({ key: 'os', subkey, number: null })

async function record({ context, machines }: Work): Promise<Ended> {
  const at = context
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
  const images = new Map(machines.map(({ id, image }) => [id, image]))
  const { result } = await context.change(
    context.entry,
    async (change): Promise<{ failed: Record<string, string> }> => {
      const holders = (await thingsOfJob(change.knex, machines)).map((thing) => ({ thing, port: '' }))
      await setEach(
        change,
        holders.flatMap((holder) => [
          { holder, key: key('image'), values: [{ type: 'text', value: images.get(holder.thing.id) ?? '' }] },
          { holder, key: key('installed_at'), values: [{ type: 'datetime', value: at }] },
        ]),
      )
      return { failed: {} }
    },
    { completes: true },
  )
  return result
}
