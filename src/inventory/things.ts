// Things: what the inventory is about.

/** A thing as it is named in answers. */
export interface ThingSummary {
  readonly name: string
  readonly type: string
  readonly driver: string
}
