// Where commands are answered from: this process, which holds the database, or another one, reached through its socket.
import type { Words } from '../completion.ts'
import type { Answer } from '../message.ts'

export interface Seat {
  /** Throws SeatGone where the command was not taken: it may be asked elsewhere. */
  ask(text: string): Promise<Answer>
  complete(text: string): Promise<Words>
  close(): Promise<void>
}

/** The other process ended before it took the command. */
export class SeatGone extends Error {
  override readonly name = 'SeatGone'
}
