// The power of machines: how it is, and jobs that switch it. Whatever kind of driver a machine has, the words are the same.
import type { Expression } from '../grammar/ast.ts'
import { impactOf } from '../inventory/read/impact.ts'
import { instant } from '../inventory/read/instant.ts'
import { powerDriver } from '../jobs/power/drivers.ts'
import type { PowerVerb } from '../jobs/power/power.ts'
import { powerInput, powerTask } from '../jobs/power/power-task.ts'
import { type Asking, type JobPlan, jobCommand, readCommand } from './command.ts'
import { impactLines } from './impact.ts'
import { feedsOf, howOf, machinesForJob, machinesNamed, nowLine, readingsOf } from './machines.ts'
import { summaries } from './targets.ts'

const MOST = 500

export const powerStatus = readCommand({
  name: 'power status',
  summary: 'Whether machines are on, as their hardware says',
  syntax: 'power status <things:expr>',
  examples: ['power status web01', 'power status type:server in rack101'],
  async run({ things: expression }, { view, now }) {
    const { machines } = await machinesNamed(view, expression, now, MOST)
    const readings = await readingsOf(view, machines)
    return {
      kind: 'table',
      columns: ['thing', 'power', 'since', 'driver', 'note'],
      rows: machines.map(({ id, name, kind }) => {
        const { label } = powerDriver(kind, view.knex)
        const reading = readings.get(id)
        if (reading?.tag !== 'known') return [name, 'unknown', null, label, reading?.reason ?? 'no answer']
        return [name, reading.power, reading.since ? instant(reading.since) : null, label, null]
      }),
    }
  },
})

export const powerOn = jobCommand({
  name: 'power on',
  summary: 'Switches machines on',
  syntax: 'power on <things:expr>',
  examples: ['power on web01'],
  danger: 'job',
  plan: ({ things }, asking) => planned('on', things, asking),
})

export const powerOff = jobCommand({
  name: 'power off',
  summary: 'Switches machines off, after an approval',
  syntax: 'power off <things:expr>',
  examples: ['power off web01', 'power off web[01-04] because "INC-4412"'],
  danger: 'destroy',
  plan: ({ things }, asking) => planned('off', things, asking),
})

export const powerCycle = jobCommand({
  name: 'power cycle',
  summary: 'Switches machines off and on again, after an approval',
  syntax: 'power cycle <things:expr>',
  examples: ['power cycle web01'],
  danger: 'destroy',
  plan: ({ things }, asking) => planned('cycle', things, asking),
})

async function planned(verb: PowerVerb, expression: Expression, { view, now }: Asking): Promise<JobPlan> {
  const { things, machines } = await machinesForJob(view, expression, now, { limit: MOST, isEnding: verb !== 'on' })
  const feeds = await feedsOf(view, things)
  const reach = verb === 'on' ? [] : impactLines(await impactOf(view, things))
  return {
    targets: summaries(things),
    effects: machines.map((machine) => `${machine.name}: power ${verb} (${howOf(view, machine, feeds)})`),
    facts: { drivers: Object.fromEntries(machines.map(({ name, kind }) => [name, kind])) },
    impact: reach,
    readings: [await nowLine(view, machines)],
    task: powerTask,
    input: powerInput(verb, machines),
  }
}
