// Where commands are answered from: this process, which holds the database, or another one, reached through its socket.
import type { JobReply } from '../../commands/reply.ts'
import type { Words } from '../completion.ts'
import type { Answer } from '../message.ts'

/** A question at a terminal: who asks, and how their files are read. */
export interface Question {
  readonly text: string
  readonly author: string
  /** Whether files of text are kept among the artefacts as others are; else only their content is wanted. */
  readonly keepsFiles: boolean
  /** `--yes`: plans that wait for the asker's own word do not. */
  readonly isConfirmed: boolean
  readFile(name: string): Promise<Uint8Array>
}

export interface Seat {
  /** Throws SeatGone where the command was not taken: it may be asked elsewhere. */
  ask(text: string): Promise<Answer>
  complete(text: string): Promise<Words>
  /** Tells of a job until it stands still or the signal comes. Throws SeatGone where it has to be asked elsewhere. */
  follow(job: string, onProgress: (job: JobReply) => void, signal: AbortSignal): Promise<void>
  /** `leaves`: nobody told it to end, and jobs that are under way go on in another process. */
  close(options?: { readonly leaves: boolean }): Promise<void>
}

/** The other process ended before it took the command. */
export class SeatGone extends Error {
  override readonly name = 'SeatGone'
}
