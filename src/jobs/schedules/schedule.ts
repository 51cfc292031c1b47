// The rows of schedules, as they are in the database.

export interface Schedule {
  readonly id: number
  readonly cron: string
  readonly zone: string
  /** As typed. */
  readonly command: string
  readonly because: string | null
  /** Whether what was missed is run once. */
  readonly catchup: boolean
  /** The channel that its notices go to; null for where it was made. */
  readonly notify: string | null
  /** Whose it is, and by which identity: it runs with the rights that they have at that time. */
  readonly operator_id: number
  readonly owner: string
  readonly identity: string
  /** Where it was made; `thread` is opaque. */
  readonly chat: string
  readonly thread: string
  readonly channel: string | null
  readonly made_at: Date
  readonly state: 'active' | 'paused' | 'removed'
  /** Who paused or removed it. */
  readonly changed_by: string | null
  readonly next_due: Date | null
  /** Why the next fire would be refused; null where it would not, or nobody has looked. */
  readonly trouble: string | null
}

export type FireState = 'due' | 'running' | 'done' | 'started' | 'refused' | 'failed' | 'missed'

export interface Fire {
  readonly schedule_id: number
  readonly due: Date
  readonly state: FireState
  /** How many due times up to this one nothing was run at. */
  readonly missed: number
  readonly missed_from: Date | null
  readonly ended_at: Date | null
  /** As whom it ran. */
  readonly operator: string | null
  /** `done`, or the code of a refusal. */
  readonly outcome: string | null
  /** The public id of the job that it has started. */
  readonly job: string | null
}

/** What people are to be told. */
export interface Notice {
  readonly text: string
  /** Identities to mention. */
  readonly mentions: readonly string[]
}

/** What became of a fire. */
export interface Outcome {
  readonly state: 'done' | 'started' | 'refused' | 'failed'
  readonly operator: string | null
  readonly outcome: string
  readonly job: string | null
  readonly notice: Notice | null
}
