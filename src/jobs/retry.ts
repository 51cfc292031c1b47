// Does a run again that has ended: as a new run that begins with what the old one has done. The old one stays as it is.
import type { Knex } from 'knex'
import { insertRun } from './enqueue.ts'
import { JobError } from './error.ts'
import { runWithSteps } from './read.ts'
import type { Task } from './task.ts'

export interface Retry {
  /** The name of a step to begin from; else the first that was not done. */
  readonly from?: string
  readonly operator: string
  readonly command: string
  readonly because?: string | null
  readonly message?: Parameters<typeof insertRun>[1]['message']
  readonly proposal?: string | null
  readonly isBeside?: Task['isBeside']
}

/** Throws JobError. Whether somebody may is asked before: this does what a job of danger `destroy` did. */
export async function retry(knex: Knex, id: number, request: Retry): Promise<{ readonly id: number }> {
  const found = await runWithSteps(knex, id)
  if (!found) throw new JobError('no-such-job', { id })
  const { run, steps } = found
  if (run.state === 'queued' || run.state === 'running' || run.state === 'unknown')
    throw new JobError('job-not-ended', { id, state: run.state })
  const from = steps.findIndex(({ name, state }) =>
    request.from === undefined ? state !== 'done' : name === request.from,
  )
  if (from < 0 && request.from === undefined) throw new JobError('job-done', { id })
  const reached = steps.findIndex(({ state }) => state !== 'done')
  // What stands before has to be done: a later step builds on its output.
  if (from < 0 || (reached >= 0 && from > reached)) {
    const may = steps.slice(0, reached < 0 ? steps.length : reached + 1).map(({ name }) => name)
    throw new JobError('no-such-step', { id, step: request.from ?? '', steps: may })
  }
  return insertRun(
    knex,
    {
      task: request.isBeside ? { name: run.task, isBeside: true } : { name: run.task },
      input: run.input,
      operator: request.operator,
      command: request.command,
      because: request.because ?? null,
      message: request.message ?? run.message,
      proposal: request.proposal ?? null,
      targets: run.targets,
    },
    steps.map(({ position, name, repeatable, output }) => ({
      position,
      name,
      repeatable,
      state: position < from ? ('done' as const) : ('pending' as const),
      output: position < from ? output : null,
    })),
    id,
  )
}
