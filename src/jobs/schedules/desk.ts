// What schedules need of those who understand commands: this folder knows when, and they know what.
import type { Knex } from 'knex'
import type { Missed } from './due.ts'
import type { BegunFire } from './fires.ts'
import type { Notice, Outcome, Schedule } from './schedule.ts'

/** Writes what came of a fire, with `knex` in the transaction of what it did. Throws FireLost: then nothing is to be kept. */
export type Settle = (knex: Knex, outcome: Outcome) => Promise<void>

/** Why the next fire would be refused. */
export interface Trouble extends Notice {
  /** The same as long as the reason is. */
  readonly code: string
}

export interface Desk {
  /** Does what is due, as its owner with the rights of this moment, and settles it once. */
  fire(fire: BegunFire, settle: Settle): Promise<void>
  /** Looks whether the next fire would be refused; null where it would not. */
  trouble(schedule: Schedule): Promise<Trouble | null>
  /** Words that it was begun and cut off each time, and is given up. */
  cutOff(fire: BegunFire): Notice
  /** Words what was missed. */
  missed(schedule: Schedule, missed: Missed): Notice
}
