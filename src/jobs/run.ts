// The rows of jobs, as they are in the database.
import type { Json, StopCause } from './task.ts'

export const RUN_STATES = ['queued', 'running', 'done', 'failed', 'cancelled', 'unknown'] as const
export type RunState = (typeof RUN_STATES)[number]
export type StepState = 'pending' | 'running' | 'done' | 'failed' | 'skipped' | 'unknown'

/** Why a run stands as it stands. */
export type Reason =
  | { readonly code: 'step-failed'; readonly step: string; readonly error: string }
  /** Nobody knows whether the step was done: its worker died, it ran out of time or said so itself. */
  | {
      readonly code: 'step-unknown'
      readonly step: string
      readonly because: 'crash' | 'said' | StopCause
      /** What looking brought: there is no probe, it does not know either, or it failed. */
      readonly probe: 'none' | 'unknown' | 'failed'
      readonly error: string | null
    }
  | { readonly code: 'cancelled'; readonly by: string; readonly step: string | null }
  /** This program's task has other steps than the run began with. */
  | { readonly code: 'task-changed'; readonly expected: string; readonly found: string }
  | {
      readonly code: 'marked'
      readonly as: 'failed'
      readonly step: string
      readonly by: string
      readonly because: string
    }

export interface RunRow {
  readonly id: number
  readonly task: string
  readonly input: Json
  readonly operator: string
  readonly command: string
  readonly because: string | null
  /** Where it was asked for: chat and thread, opaque. */
  readonly message: Json
  readonly state: RunState
  readonly reason: Reason | null
  readonly fence: number
  readonly lease_by: string | null
  readonly lease_until: Date | null
  /** Not before this time: the wait before a retry. */
  readonly wake_at: Date | null
  readonly cancel_by: string | null
  readonly created_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly proposal: string | null
  /** Ids of the things that it locks. */
  readonly targets: readonly number[]
  /** The run that this one does again. */
  readonly retry_of: number | null
}

export interface StepRow {
  readonly run_id: number
  readonly position: number
  readonly name: string
  readonly state: StepState
  readonly attempt: number
  readonly fence: number | null
  readonly repeatable: boolean
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly output: Json
  readonly error: string | null
  readonly retry_at: Date | null
}

/** `progress` is what a step tells; the others are what befell the run. */
export type EventKind =
  | 'progress'
  | 'attempt-failed'
  | 'taken-over'
  | 'probed'
  | 'released'
  | 'cancel-asked'
  | 'marked'
  | 'ended'

export interface EventRow {
  readonly id: number
  readonly run_id: number
  readonly at: Date
  readonly kind: EventKind
  readonly step: string | null
  readonly percent: number | null
  readonly text: string | null
  readonly facts: Json
}

/** A run that will do nothing more unless somebody says so. */
export function isSettled(state: RunState): boolean {
  return state !== 'queued' && state !== 'running'
}
