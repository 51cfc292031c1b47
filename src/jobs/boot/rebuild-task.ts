// The task behind `rebuild`: reinstalls machines over the network, a batch at a time. A machine that fails leaves its
// batch, and the others go on; after too many failures no further batch is begun. What failed and what was not begun is
// in the error that the job ends with.

import { checkAgain } from '../power/job-machines.ts'
import type { Json, Step, StepContext, Task } from '../task.ts'
import { batchesOf, type RebuildInput, type Rebuilt, readRebuildInput } from './rebuild-input.ts'
import { type Failed, PARTS, type Part } from './rebuild-parts.ts'

export const rebuildTask: Task = { name: 'rebuild', steps }

// In milliseconds, beside what the machines take.
const MARGIN = 30_000

/** The steps of one batch, by their names. */
interface Batch {
  readonly machines: readonly Rebuilt[]
  readonly names: readonly string[]
}

function steps(given: Json): Step[] {
  const input = readRebuildInput(given)
  const all = batchesOf(input)
  const batches = all.map((machines, at): Batch => {
    const prefix = all.length === 1 ? '' : `batch ${at + 1}: `
    return { machines, names: PARTS.map(({ name }) => `${prefix}${name}`) }
  })
  const first: Step = {
    name: 'check again',
    timeout: MARGIN,
    repeatable: true,
    run: async (context) => {
      await checkAgain(context, 'rebuild', input.machines)
      return null
    },
  }
  const last: Step = {
    name: 'sum up',
    timeout: MARGIN,
    repeatable: true,
    run: async ({ outputs }) => {
      const failed = failedIn(batches, outputs)
      if (Object.keys(failed).length > 0) throw new Error(summary(input, failed, []))
      return { rebuilt: input.machines.map(({ name }) => name) }
    },
  }
  const work = batches.flatMap((_, at) => PARTS.map((part, step) => stepOf(part, step, at, { input, batches })))
  return [first, ...work, ...(input.machines.length === 1 ? [] : [last])]
}

interface Whole {
  readonly input: RebuildInput
  readonly batches: readonly Batch[]
}

function stepOf(part: Part, step: number, at: number, whole: Whole): Step {
  const { input, batches } = whole
  const batch = batches[at]
  if (!batch) throw new Error('a step of no batch')
  const { probe } = part
  const rest = (context: StepContext) => {
    const failed = failedIn([batch], context.outputs)
    return batch.machines.filter(({ name }) => failed[name] === undefined)
  }
  const counts = ({ outputs }: StepContext) => countsIn(outputs[batch.names[0] ?? ''])
  return {
    name: batch.names[step] ?? part.name,
    timeout: input.patience + MARGIN,
    repeatable: part.repeatable,
    async run(context, signal) {
      if (step === 0) refuseToGoOn(at, whole, context)
      const machines = rest(context)
      // All of the batch have failed before.
      if (machines.length === 0) return { failed: {} }
      const ended = await part.run({ machines, counts: counts(context), patience: input.patience, context, signal })
      if (Object.keys(ended.failed).length === machines.length) refuseIfOver(at, whole, context, ended.failed)
      return { ...ended }
    },
    ...(probe
      ? {
          probe: (context, signal) =>
            probe({ machines: rest(context), counts: counts(context), patience: input.patience, context, signal }),
        }
      : {}),
  }
}

/** Throws where too many have failed before for another batch to be begun. */
function refuseToGoOn(at: number, { input, batches }: Whole, { outputs }: StepContext): void {
  const failed = failedIn(batches.slice(0, at), outputs)
  if (Object.keys(failed).length >= input.stopAfter) throw new Error(summary(input, failed, namesOf(batches.slice(at))))
}

/** Throws where nothing is left to do: the step that the last machine has failed in is the one that has failed. */
function refuseIfOver(at: number, { input, batches }: Whole, { outputs }: StepContext, fresh: Failed): void {
  const failed = { ...failedIn(batches.slice(0, at + 1), outputs), ...fresh }
  const left = namesOf(batches.slice(at + 1))
  if (left.length === 0 || Object.keys(failed).length >= input.stopAfter) throw new Error(summary(input, failed, left))
}

const namesOf = (batches: readonly Batch[]): string[] =>
  batches.flatMap(({ machines }) => machines.map(({ name }) => name))

/** What has failed in these batches so far, with the reason, by name. */
function failedIn(batches: readonly Batch[], outputs: StepContext['outputs']): Failed {
  const found: Record<string, string> = {}
  for (const { names } of batches)
    for (const name of names) {
      const { failed = {} } = (outputs[name] ?? {}) as { readonly failed?: Failed }
      Object.assign(found, failed)
    }
  return found
}

function countsIn(output: Json | undefined): Readonly<Record<string, number | null>> {
  const { counts = {} } = (output ?? {}) as { readonly counts?: Readonly<Record<string, number | null>> }
  return counts
}

function summary({ machines, stopAfter }: RebuildInput, failed: Failed, left: readonly string[]): string {
  const bad = Object.entries(failed).map(([name, reason]) => `${name} failed: ${reason}`)
  const done = machines.length - bad.length - left.length
  return [
    ...(machines.length === 1 ? [] : [`${done} of ${machines.length} rebuilt`]),
    ...bad,
    ...(left.length === 0
      ? []
      : [
          `skipped after ${bad.length} ${bad.length === 1 ? 'failure' : 'failures'} (stop after ${stopAfter}): ${left.join(', ')}`,
        ]),
  ].join('; ')
}
