// A point of time in an answer. Programs get all of it, people the seconds in UTC; a chat shows it in the reader's own time.

export interface Instant {
  /** ISO date-time in UTC. */
  readonly instant: string
}

export const instant = (at: Date | string): Instant => ({ instant: typeof at === 'string' ? at : at.toISOString() })

/** `2026-11-29T15:47:02Z`, as it can be typed. */
export const instantText = ({ instant }: Instant): string => instant.replace(/\.\d+(?=Z$)/, '')
