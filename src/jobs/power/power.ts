// What every kind of power driver does: a BMC by IPMI or Redfish, a switched PDU, or a simulated machine. One file a kind.
import type { Machine } from './machine.ts'

export type Reading =
  | {
      readonly tag: 'known'
      readonly power: 'on' | 'off'
      /** When it came to be so, where that is known. */
      readonly since: Date | null
      /** A count that grows with every power event; null where the hardware keeps none. */
      readonly events: number | null
    }
  | { readonly tag: 'unknown'; readonly reason: string }

export interface PowerDriver {
  readonly kind: string
  /** How its answers are labelled for people. */
  readonly label: string
  /** What is wrong with the settings of a machine; null where nothing is. Asks the inventory's word only. */
  trouble(machine: Machine): string | null
  /** Milliseconds that a machine may take to be seen as it was told to be. */
  patience(machine: Machine): number
  /** How they are now, by id. What cannot be read is unknown; it throws only with its signal. */
  status(machines: readonly Machine[], signal: AbortSignal): Promise<ReadonlyMap<number, Reading>>
  /** Tells it. Throws where the hardware refuses or does not answer: then it may have been done nevertheless. */
  on(machine: Machine, signal: AbortSignal): Promise<void>
  off(machine: Machine, signal: AbortSignal): Promise<void>
  cycle(machine: Machine, signal: AbortSignal): Promise<void>
}

export type PowerVerb = 'on' | 'off' | 'cycle'
