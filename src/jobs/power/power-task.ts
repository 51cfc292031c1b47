// The task behind `power on`, `power off` and `power cycle`: looks how the machines are, switches some at a time, and
// reads each back. On and off may be repeated; a power cycle is not: the machines' own count of power events says which
// of them have had theirs.
import { type Json, OutcomeUnknown, type Probed, type Step, type StepContext, type Task } from '../task.ts'
import { readPower } from './drivers.ts'
import { inParallel } from './in-parallel.ts'
import { checkAgain, type Named, namedIn, presentMachines } from './job-machines.ts'
import type { Machine } from './machine.ts'
import type { PowerVerb } from './power.ts'
import { type Outcome, READING, switchPower } from './switch.ts'

export const powerTask: Task = { name: 'power', steps }

const AT_A_TIME = 8
// With so many machines that have failed it is more likely the network or the rack: the rest is left alone.
const MOST_FAILURES = 5
// In milliseconds.
const CHECK_LIMIT = 30_000
const LIMIT_EACH = 30_000

const STEP_NAMES = { on: 'switch on', off: 'switch off', cycle: 'power cycle' } as const

function steps(input: Json): Step[] {
  const { verb, machines } = readInput(input)
  return [
    {
      name: 'check again',
      timeout: CHECK_LIMIT,
      repeatable: true,
      run: async (context) => {
        await checkAgain(context, `power ${verb}`, machines)
        return null
      },
    },
    { name: 'read the power', timeout: CHECK_LIMIT, repeatable: true, run: look },
    {
      name: STEP_NAMES[verb],
      timeout: LIMIT_EACH * (1 + Math.ceil(machines.length / AT_A_TIME)),
      repeatable: verb !== 'cycle',
      run: act,
      ...(verb === 'cycle' ? { probe } : {}),
    },
  ]
}

/** What is asked of which machines. Throws where it is not that. */
export function powerInput(verb: PowerVerb, machines: readonly Named[]): Json {
  return { verb, machines: machines.map(({ id, name }) => ({ id, name })) }
}

function readInput(input: Json): { readonly verb: PowerVerb; readonly machines: readonly Named[] } {
  const { verb, machines } = (input ?? {}) as { readonly verb?: Json; readonly machines?: Json }
  if (verb !== 'on' && verb !== 'off' && verb !== 'cycle') throw new Error('no verb in the input')
  return { verb, machines: namedIn(machines) }
}

/** Each machine's count of power events before anything is done, by id; null where it keeps none. */
type Counts = Readonly<Record<string, number | null>>

async function look(context: StepContext, signal: AbortSignal): Promise<Json> {
  const machines = await machinesOfJob(context)
  const readings = await readPower(context.inventory.database.knex, machines, READING, signal)
  const counts: Record<string, number | null> = {}
  const said: Record<string, number> = {}
  for (const { id } of machines) {
    const reading = readings.get(id)
    if (reading?.tag === 'known') counts[id] = reading.events
    const power = reading?.tag === 'known' ? reading.power : 'unknown'
    said[power] = (said[power] ?? 0) + 1
  }
  context.progress(100, labelled(machines, `now ${counted(said)}`))
  return counts
}

async function act(context: StepContext, signal: AbortSignal): Promise<Json> {
  const { verb } = readInput(context.input)
  const machines = await machinesOfJob(context)
  const counts = countsOf(context)
  const knex = context.inventory.database.knex
  let ended = 0
  let failures = 0
  const outcomes = await inParallel(machines, AT_A_TIME, async (machine): Promise<Outcome> => {
    const before = counts[machine.id]
    const outcome: Outcome =
      failures >= MOST_FAILURES
        ? { tag: 'skipped', text: `left alone after ${failures} failures` }
        : before === undefined && verb === 'cycle'
          ? { tag: 'failed', text: 'not touched: it could not be read before' }
          : await switchPower(machine, { knex, verb, signal, before: before ?? null, isAgain: context.attempt > 1 })
    ended++
    if (outcome.tag === 'failed' || outcome.tag === 'unknown') failures++
    const said = machines.length === 1 ? '' : `${ended} of ${machines.length}: `
    const bad = outcome.tag === 'done' ? '' : `${outcome.tag}: `
    context.progress(
      (100 * ended) / machines.length,
      labelled(machines, `${said}${machine.name} ${bad}${outcome.text}`),
    )
    return outcome
  })
  return summed(machines, outcomes, verb)
}

/** The outcomes by name. Throws where one is not done. */
function summed(machines: readonly Machine[], outcomes: readonly Outcome[], verb: PowerVerb): Json {
  const named = machines.map(({ name }, at) => ({ name, outcome: outcomes[at] }))
  const bad = named.flatMap(({ name, outcome }) =>
    outcome && outcome.tag !== 'done' ? [`${name} ${outcome.tag}: ${outcome.text}`] : [],
  )
  if (bad.length > 0) {
    const text = labelled(machines, `${machines.length - bad.length} of ${machines.length} done; ${bad.join('; ')}`)
    const isUnknown = verb === 'cycle' && outcomes.some(({ tag }) => tag === 'unknown')
    throw isUnknown ? new OutcomeUnknown(text) : new Error(text)
  }
  return Object.fromEntries(named.map(({ name, outcome }) => [name, outcome?.text ?? '']))
}

/** Whether every machine that could be read before has had its power event; those that have not are cycled then. */
async function probe(context: StepContext, signal: AbortSignal): Promise<Probed> {
  const counts = countsOf(context)
  const machines = (await machinesOfJob(context)).filter(({ id }) => counts[id] !== undefined)
  const readings = await readPower(context.inventory.database.knex, machines, READING, signal)
  const states = machines.map(({ id }): Probed => {
    const reading = readings.get(id)
    if (reading?.tag !== 'known' || reading.events === null || counts[id] === null) return 'unknown'
    return reading.events === counts[id] ? 'not-done' : 'done'
  })
  if (states.includes('unknown')) return 'unknown'
  return states.includes('not-done') ? 'not-done' : 'done'
}

function machinesOfJob({ inventory, input }: StepContext): Promise<Machine[]> {
  return inventory.read((view) => presentMachines(view, readInput(input).machines))
}

const countsOf = ({ outputs }: StepContext): Counts => (outputs['read the power'] ?? {}) as Counts

/** Whatever a simulated machine says is told as such. */
function labelled(machines: readonly Machine[], text: string): string {
  return machines.some(({ kind }) => kind === 'simulated') ? `${text} (simulated)` : text
}

function counted(said: Readonly<Record<string, number>>): string {
  const parts = Object.entries(said).map(([power, count]) => `${count} ${power}`)
  return parts.join(', ')
}
