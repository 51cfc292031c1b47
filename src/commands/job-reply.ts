// A job as an answer: made of its rows.
import { publicId } from '../jobs/public-id.ts'
import type { RunWithSteps } from '../jobs/read.ts'
import type { Told } from '../jobs/told.ts'
import type { JobReply, JobStep } from './reply.ts'

/** `told` is the last that it has told, where it has told anything. */
export function jobReply({ run, by, steps, waits_for }: RunWithSteps, told: Told | undefined): JobReply {
  return {
    kind: 'job',
    id: publicId(run.id),
    state: run.state,
    steps: steps.map(({ name, state, attempt, started_at, ended_at, error }): JobStep => {
      const said = told?.step === name && state === 'running' ? told : null
      const times = { started: started_at?.toISOString() ?? null, ended: ended_at?.toISOString() ?? null }
      return { name, state, attempt, ...times, error, percent: said?.percent ?? null, text: said?.text ?? null }
    }),
    reason: run.reason,
    waitsFor: waits_for.map((id) => publicId(id)),
    cancelBy: run.cancel_by,
    about: {
      command: run.command,
      by: run.operator,
      name: by,
      because: run.because,
      proposal: run.proposal,
      retryOf: run.retry_of === null ? null : publicId(run.retry_of),
      created: run.created_at.toISOString(),
      ended: run.ended_at?.toISOString() ?? null,
    },
  }
}

/** One that was just put into the queue. */
export function newJob(id: number, steps: readonly { readonly name: string }[]): JobReply {
  return {
    kind: 'job',
    id: publicId(id),
    state: 'queued',
    steps: steps.map(({ name }) => ({ name, state: 'pending' })),
    isNew: true,
  }
}
