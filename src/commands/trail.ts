// What the audit is to know of a command besides what was typed. It is noted on the way, so that a refusal tells too what
// the command was about; it is data of one message and is thrown away with it.

/** What an approval set off: it is audited on its own, under who proposed it. */
export interface Effect {
  readonly proposal: {
    readonly identity: string
    readonly name: string
    readonly command: string
    readonly means: string | null
    readonly because: string | null
    readonly message: string
  }
  /** The name of who proposed it. */
  readonly operator: string
  /** Why that was allowed. */
  readonly rule: string
  /** The names of those whose word it was done on. */
  readonly approvers: readonly string[]
}

export class Trail {
  /** The name of who asks; null for somebody unknown. */
  operator: string | null = null
  /** Ids of what the command is about. */
  readonly things = new Set<number>()
  /** The proposal that was decided on, with its hash. */
  proposal: { readonly id: string; readonly hash: string } | null = null
  /** The public id of the job that something was said about. */
  job: string | null = null
  /** What became of it, where it is not just done: `approved`, `denied`. */
  outcome: string | null = null
  effect: Effect | null = null
  /** The audit has it already: a refusal whose traces are kept. */
  isRecorded = false

  about(targets: readonly { readonly id: number }[]): void {
    for (const { id } of targets) this.things.add(id)
  }
}
