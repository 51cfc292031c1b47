// Reinstalls the operating system of machines over the network, after an approval.
import { impactOf } from '../inventory/read/impact.ts'
import { valuesOf } from '../inventory/read/values.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { bootDriver } from '../jobs/boot/drivers.ts'
import { type RebuildInput, rebuildInput } from '../jobs/boot/rebuild-input.ts'
import { rebuildTask } from '../jobs/boot/rebuild-task.ts'
import { jobCommand } from './command.ts'
import { CommandError } from './error.ts'
import { impactLines } from './impact.ts'
import { feedsOf, howOf, machinesForJob, nowLine } from './machines.ts'
import { summaries } from './targets.ts'

const MOST = 100
const AT_A_TIME = 5
const MOST_AT_A_TIME = 50
const STOP_AFTER = 1
/** What is installed where no attribute says. */
const DEFAULT_IMAGE = 'default'

export const rebuild = jobCommand({
  name: 'rebuild',
  summary: 'Reinstalls the operating system over the network (the one that the attribute os names), after an approval',
  syntax: 'rebuild <things:expr> [<batch:int> at a time] [stop after <failures:int> failures]',
  examples: ['rebuild web01', 'rebuild web[01-04] 2 at a time stop after 1 failures because "INC-4412"'],
  danger: 'destroy',
  async plan({ things: expression, batch = AT_A_TIME, failures = STOP_AFTER }, { view, now }) {
    refuseNumbers(batch, failures)
    const { things, machines } = await machinesForJob(view, expression, now, { limit: MOST, isEnding: true })
    const fixed = things.filter(({ driver }) => view.catalogue.get(driver)?.operations.includes('rebuild') !== true)
    if (fixed.length > 0)
      throw new CommandError('no-power', {
        things: fixed.slice(0, 10).map(({ name, type }) => ({ tag: 'no-rebuild' as const, thing: name, type })),
        total: fixed.length,
      })
    const images = await imagesOf(view, things)
    const feeds = await feedsOf(view, things)
    const effects = machines.map(
      (machine) =>
        `${machine.name}: reinstalled with ${images.get(machine.name) ?? DEFAULT_IMAGE}, its disks are wiped (${howOf(view, machine, feeds)})`,
    )
    const input: RebuildInput = {
      machines: machines.map(({ id, name }) => ({ id, name, image: images.get(name) ?? DEFAULT_IMAGE })),
      atATime: batch,
      stopAfter: failures,
      patience: Math.max(...machines.map((machine) => bootDriver(machine.kind, view.knex).patience(machine))),
    }
    return {
      targets: summaries(things),
      effects: machines.length === 1 ? effects : [...effects, orderOf(batch, failures)],
      facts: { drivers: Object.fromEntries(machines.map(({ name, kind }) => [name, kind])), batch, failures },
      impact: impactLines(await impactOf(view, things)),
      readings: [await nowLine(view, machines)],
      task: rebuildTask,
      input: rebuildInput(input),
    }
  },
})

function refuseNumbers(batch: number, failures: number): void {
  const expected = 'rebuild <things> 2 at a time stop after 1 failures'
  if (batch < 1 || batch > MOST_AT_A_TIME)
    throw new CommandError('bad-arguments', { reason: `1 to ${MOST_AT_A_TIME} machines at a time`, expected })
  if (failures < 1) throw new CommandError('bad-arguments', { reason: 'it stops after 1 failure or more', expected })
}

const orderOf = (batch: number, failures: number): string =>
  `${batch} at a time; after ${failures === 1 ? 'a failure' : `${failures} failures`} no further ones are begun`

/** What each is to be installed with, by name: its `os`, else the `os.image` that it was installed with before. */
async function imagesOf(view: View, things: readonly ThingRow[]): Promise<ReadonlyMap<string, string>> {
  const keys = [{ key: 'os', subkey: null, number: null }]
  const rows = await valuesOf(view, things, { keys, port: '', inherited: true, moment: null })
  const images = new Map<string, string>()
  for (const wanted of [null, 'image'])
    for (const { thing, subkey, value } of rows)
      if (subkey === wanted && !images.has(thing)) images.set(thing, String(value))
  return images
}
