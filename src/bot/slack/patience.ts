// How long the adapter waits, and for what: milliseconds.

export interface Patience {
  /** For an answer of Slack. */
  readonly answer: number
  readonly upload: number
  /** For Slack at the start, before the bot begins without it. */
  readonly start: number
  /** Before Slack is asked again who the bot is, or for histories, where it could not be asked. */
  readonly again: number
  /** The same where somebody has to do something first, and between looks whether the token is still good. */
  readonly slow: number
  /** For what Slack brings again by itself, before the histories are read: after a start, and after a gap. */
  readonly started: number
  readonly settled: number
  /** After a press on the home page, before it is drawn again. */
  readonly home: number
  /** Between looks who is in the user groups. */
  readonly groups: number
  /** Between marks of until when all was heard. */
  readonly mark: number
}

export const PATIENCE: Patience = {
  answer: 10_000,
  upload: 30_000,
  start: 15_000,
  again: 5000,
  slow: 60_000,
  started: 4000,
  settled: 10_000,
  home: 2000,
  groups: 3_600_000,
  mark: 10_000,
}
