// What is counted while the bot works, for whoever looks at it from outside.
import type { Answer } from './message.ts'

export interface Tally {
  answered(answer: Answer): void
  /** Seconds from an event's arrival until it was stored and acknowledged. */
  acknowledged(chat: string, seconds: number): void
}
