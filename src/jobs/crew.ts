// What all runs of a worker share.
import type { Inventory } from '../inventory/inventory.ts'
import type { Faults } from './fault.ts'

export interface Crew {
  readonly inventory: Inventory
  readonly graceMs: number
  readonly faults: Faults
  readonly now: () => Date
  readonly onTrouble: (error: unknown) => void
  /** Aborted when the worker has no time left to write anything. */
  readonly givenUp: AbortSignal
  /** Told how long a run that was put down waits. */
  readonly wakeIn: (delayMs: number) => void
}
