// What has to be well for the bot to do its work, and how that is told to whoever watches over it.

export interface Health {
  /** `slack` */
  readonly name: string
  isWell(): boolean
  /** What is wrong while it is not well, in a few words; nothing secret. */
  readonly detail: string
}

/** `ok`, or what is wrong, by name. */
export type Checks = Readonly<Record<string, string>>

export interface Verdict {
  readonly isWell: boolean
  readonly checks: Checks
}

/** `database` is what is wrong with it, null where nothing is. */
export function verdictOf(database: string | null, healths: readonly Health[]): Verdict {
  const told = healths.map((health) => [health.name, health.isWell() ? null : health.detail] as const)
  const all = [['database', database] as const, ...told]
  return {
    isWell: all.every(([, wrong]) => wrong === null),
    checks: Object.fromEntries(all.map(([name, wrong]) => [name, wrong ?? 'ok'])),
  }
}
