// Stops a job: one that waits ends at once, one that runs as soon as its step has heard of it.
import { cancel as cancelRun } from '../jobs/cancel.ts'
import { publicId } from '../jobs/public-id.ts'
import { changeCommand } from './command.ts'
import { CommandError } from './error.ts'
import { foundJob, isOwn, refuseStranger } from './found-job.ts'

export const cancel = changeCommand({
  name: 'cancel',
  summary: 'Stops a job of your own, or of others where you may approve',
  syntax: 'cancel <id:word>',
  examples: ['cancel 1-eqf'],
  guarded: false,
  async plan({ id }, asking) {
    const { view, operator, standing } = asking
    const { run, by } = await foundJob(view.knex, id)
    if (!(await isOwn(view.knex, run, asking))) await refuseStranger(asking, { run, by }, { name: 'cancel' })
    return {
      // Who has started a job may stop it, whatever has become of their scope.
      targets: [],
      async run(change) {
        const cancelled = await cancelRun(change.knex, run.id, standing.operator?.name ?? operator)
        const job = publicId(run.id)
        if (cancelled.tag === 'ended') throw new CommandError('job-over', { id: job, state: cancelled.state })
        const done = cancelled.tag === 'cancelled' ? `job ${job} is cancelled` : `job ${job} is told to stop`
        return { kind: 'change', done: [done], changed: 1 }
      },
    }
  },
})
