// Does again what has failed: the command of the job is planned anew, by whoever retries it, and handled as the danger
// that it has: a destroy is proposed again. Where the new plan is the old one it goes on where the job stopped.
import { isDeepStrictEqual } from 'node:util'
import { publicId } from '../jobs/public-id.ts'
import { type RunWithSteps, retryUnderWay } from '../jobs/read.ts'
import { isSettled } from '../jobs/run.ts'
import { understand } from './alias-expansion.ts'
import { type Asking, type Command, commandFor, type JobPlan, jobCommand } from './command.ts'
import { CommandError } from './error.ts'
import { foundJob } from './found-job.ts'
import { authorize, decide, granted } from './permit.ts'

export const retry = jobCommand({
  name: 'retry',
  summary: 'Does a job again that has ended: from the step where it stopped, or from an earlier one',
  syntax: 'retry <id:word> [from <step:word>]',
  examples: ['retry 2-khy', 'retry 2-khy from "check again"'],
  danger: 'job',
  async plan({ id, step: from }, asking): Promise<JobPlan> {
    const { view } = asking
    const found = await foundJob(view.knex, id)
    const { run, steps } = found
    const job = publicId(run.id)
    if (!isSettled(run.state) || run.state === 'unknown')
      throw new CommandError('job-not-over', { id: job, state: run.state })
    // Somebody else has read of its end too.
    const other = await retryUnderWay(view.knex, run.id)
    if (other) throw new CommandError('job-not-over', { id: publicId(other.id), state: other.state })
    const { command, plan, danger } = await again(found, asking)
    const isSame =
      plan.task.name === run.task &&
      isDeepStrictEqual(asJson(plan.input), run.input) &&
      isDeepStrictEqual(new Set(plan.targets.map((target) => target.id)), new Set(run.targets))
    const reached = steps.findIndex(({ state }) => state !== 'done')
    if (reached < 0 && from === undefined) throw new CommandError('job-over', { id: job, state: run.state })
    const at = from === undefined ? reached : steps.findIndex(({ name }) => name === from)
    if (at < 0 || (reached >= 0 && at > reached)) {
      const may = steps.slice(0, reached < 0 ? steps.length : reached + 1).map(({ name }) => name)
      throw new CommandError('no-such-step', { id: job, step: from ?? '', steps: may })
    }
    if (!isSame && from !== undefined && at > 0) throw new CommandError('job-differs', { id: job, step: from })
    const start = isSame ? (steps[at]?.name ?? '') : ''
    const whence = isSame
      ? `goes on from ${start}, step ${at + 1} of ${steps.length}`
      : 'begins anew: what it is about has changed'
    return {
      ...plan,
      effects: [`${run.command}: ${whence}`, ...plan.effects],
      facts: { ...plan.facts, retries: run.id, from: start },
      handledAs: { command, danger },
      ...(isSame ? { again: { run: run.id, from: start, command: run.command } } : {}),
    }
  },
})

/** The plan of the job's command as if the asker typed it now. Throws CommandError where they may not. */
async function again(
  { run }: RunWithSteps,
  asking: Asking,
): Promise<{ readonly command: Command; readonly plan: JobPlan; readonly danger: ReturnType<Command['dangerOf']> }> {
  const { view, language, registry, standing, channel } = asking
  const invocation = await understand(run.command, run.operator, { knex: view.knex, language })
  const command = commandFor(registry, invocation)
  if (command.does !== 'job') throw new CommandError('not-retryable', { id: publicId(run.id), command: run.command })
  const allowed = granted(decide(standing, command, channel))
  const plan = await command.plan(invocation.args, { ...asking, text: run.command })
  await authorize(view, language, allowed, plan.targets)
  const danger = plan.handledAs?.danger ?? command.dangerOf(invocation.args)
  return { command: plan.handledAs?.command ?? command, plan, danger }
}

/** As it comes back from the database. */
function asJson(input: JobPlan['input']): unknown {
  return JSON.parse(JSON.stringify(input)) as unknown
}
