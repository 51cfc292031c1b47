// Who changes what, as a version records it.

export interface Entry {
  /** The operator's identity, `os:root`. */
  readonly operator: string
  /** The command as typed. */
  readonly command: string
  readonly because: string | null
  /** Where it was typed: an opaque reference to the message. */
  readonly message: string | null
  /** The job that does it, `812-k7f`; none where a person has typed it. */
  readonly job?: string
}
