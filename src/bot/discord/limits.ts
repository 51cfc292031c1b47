// What Discord lets through, and how long it waits.
import type { Limits } from '../outbox/chat.ts'

// Five messages in five seconds in a channel or thread, each of which counts for itself; 50 requests a second in all, of
// which edits leave most to others.
export const LIMITS: Limits = { posts: { count: 5, per: 5000 }, edits: { count: 10, per: 1000 } }

/** Lines that completion shows, and the length of each. */
export const CHOICES = { most: 25, length: 100 } as const

export const THREAD_NAME = 100

/** In bytes, of all files of one message. */
export const UPLOAD = 10 * 2 ** 20

/** Milliseconds, all of them. Tests wait less. */
export interface Times {
  /** An interaction has to be answered within three seconds: a post that comes later than this finds it deferred. */
  readonly direct: number
  /** Completion is of no use after it. */
  readonly complete: number
  /** A token of an interaction lives 15 minutes. */
  readonly token: number
  /** A request to Discord. */
  readonly request: number
  /** The gateway belongs to a process for so long after it has last said so, */
  readonly lease: number
  /** which it does this often. */
  readonly renew: number
  /** How often it is written down until when everything was heard. */
  readonly heard: number
  /** For Discord to tell of the guilds of a new session. */
  readonly guilds: number
  /** After a token was refused it is tried again this slowly. */
  readonly refused: number
  /** A Discord that cannot be reached is waited for so long at the start; then the rest begins without it. */
  readonly start: number
}

export const TIMES: Times = {
  direct: 1200,
  complete: 2300,
  token: 15 * 60_000,
  request: 10_000,
  lease: 15_000,
  renew: 5000,
  heard: 10_000,
  guilds: 10_000,
  refused: 60_000,
  start: 10_000,
}
