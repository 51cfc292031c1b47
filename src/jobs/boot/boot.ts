// What every kind of boot driver does: offers an image on the network, makes a machine boot from there once, and tells
// how far it has come. One file a kind.
import type { Machine } from '../power/machine.ts'

/** In the order in which a machine that is reinstalled goes through them. */
export const STAGES = ['off', 'starting', 'installer', 'installing', 'first boot', 'up'] as const
export type Stage = (typeof STAGES)[number]

export type Boot =
  | {
      readonly tag: 'known'
      readonly stage: Stage
      /** Of the installation. */
      readonly percent: number
      /** What it has booted from. */
      readonly from: 'disk' | 'network'
      /** What is on its disk; null where nobody has told. */
      readonly image: string | null
    }
  | { readonly tag: 'unknown'; readonly reason: string }

export interface BootDriver {
  readonly kind: string
  readonly label: string
  /** Milliseconds that any one stage may take. */
  patience(machine: Machine): number
  /** The network installs this image, if the machine boots from there. Repeatable, as all of these are. */
  offer(machine: Machine, image: string, signal: AbortSignal): Promise<void>
  /** It boots from the network once, the next time. */
  fromNetwork(machine: Machine, signal: AbortSignal): Promise<void>
  /** It boots from its disk, and the network offers it nothing. */
  fromDisk(machine: Machine, signal: AbortSignal): Promise<void>
  /** How far they are, by id. What cannot be read is unknown. */
  stages(machines: readonly Machine[], signal: AbortSignal): Promise<ReadonlyMap<number, Boot>>
}
