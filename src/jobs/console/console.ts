// What every kind of console does: serial-over-LAN of a BMC, a console server, or a simulated machine. One file a kind.
import type { Machine } from '../power/machine.ts'

export interface Session {
  /** What comes from it, as it comes. Ends where the console does, and with its signal; throws where it breaks. */
  readonly output: AsyncIterable<string>
  /** Types a line and Enter. Throws where it was not, or perhaps not. */
  write(line: string): Promise<void>
}

export interface Console {
  readonly kind: string
  /** How what it shows is labelled for people. */
  readonly label: string
  /** What opens it in a terminal; null where nothing does. */
  command(machine: Machine): string | null
  /** Until its signal. Throws where it cannot be opened. */
  open(machine: Machine, signal: AbortSignal): Promise<Session>
}
