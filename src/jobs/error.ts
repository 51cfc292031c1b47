// What jobs refuse, as codes with facts. The wording is in bot/render.
import type { RunState } from './run.ts'

export interface JobFacts {
  'no-such-job': { readonly id: number }
  /** Only a job whose outcome is not known is marked. */
  'job-not-unknown': { readonly id: number; readonly state: RunState }
  /** Only a job that has ended is done again; one whose outcome is not known is marked first. */
  'job-not-ended': { readonly id: number; readonly state: RunState }
  /** There is nothing left to do. */
  'job-done': { readonly id: number }
  'no-such-step': { readonly id: number; readonly step: string; readonly steps: readonly string[] }
}

export type JobCode = keyof JobFacts

export class JobError<C extends JobCode = JobCode> extends Error {
  override readonly name = 'JobError'
  readonly code: C
  readonly facts: JobFacts[C]

  constructor(code: C, facts: JobFacts[C]) {
    super(`${code} ${JSON.stringify(facts)}`)
    this.code = code
    this.facts = facts
  }
}
