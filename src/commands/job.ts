// One job: how it stands, what befell it; and the word of somebody who has looked where its outcome is not known.
import { markRun } from '../jobs/mark.ts'
import { publicId } from '../jobs/public-id.ts'
import { eventsOf } from '../jobs/read.ts'
import { lastTold } from '../jobs/told.ts'
import { changeCommand, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { foundJob, isOwn, refuseStranger, targetsOf } from './found-job.ts'
import { logLines } from './job-log.ts'
import { jobReply } from './job-reply.ts'

const SHOWN = 200
const MOST_EVENTS = 100_000

export const job = readCommand({
  name: 'job',
  summary: 'A job: its state, why, and its steps; `log` tells all that befell it; `mark` settles an unknown one',
  syntax: 'job <id:word> [log | mark <as:done|failed>]',
  examples: ['job 1-eqf', 'job 1-eqf log'],
  formOf: ({ as }) => (as === undefined ? null : 'job mark'),
  async run({ id, log }, { view }) {
    const found = await foundJob(view.knex, id)
    const told = await lastTold(view.knex, [found.run.id])
    if (log !== true) return jobReply(found, told.get(found.run.id))
    const lines = logLines(found, await eventsOf(view.knex, found.run.id, 0, MOST_EVENTS))
    if (lines.length <= SHOWN) return { kind: 'lines', lines }
    return {
      kind: 'file',
      path: `job-${publicId(found.run.id)}.log`,
      mediaType: 'text/plain',
      content: new TextEncoder().encode(`${lines.join('\n')}\n`),
      lines: [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} lines more, all of them in the file`],
    }
  },
})

/** Also written `job <id> mark done`. */
export const jobMark = changeCommand({
  name: 'job mark',
  summary: 'Says of a job whose outcome is not known whether its step was done: it goes on, or has failed',
  syntax: 'job mark <id:word> <as:done|failed>',
  examples: ['job mark 3-2rd failed because "looked at its console"'],
  guarded: false,
  async plan({ id, as }, asking) {
    const { view, because, operator, standing } = asking
    const { run, by } = await foundJob(view.knex, id)
    asking.trail.job = publicId(run.id)
    if (because === null) throw new CommandError('because-needed', { command: asking.text })
    const isMine = await isOwn(view.knex, run, asking)
    if (!isMine) await refuseStranger(asking, { run, by }, { name: 'job mark' })
    return {
      targets: isMine ? await targetsOf(view.knex, run) : [],
      async run(change) {
        const { step, state, next } = await markRun(
          change.knex,
          run.id,
          as,
          standing.operator?.name ?? operator,
          because,
        )
        const then = state === 'queued' ? `it goes on with ${next}` : `the job is ${state}`
        return { kind: 'change', done: [`${publicId(run.id)}: ${step} is marked ${as}; ${then}`], changed: 1 }
      },
    }
  },
})
