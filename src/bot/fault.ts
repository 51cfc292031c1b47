// The moments at which a process that answers a chat can be cut off and something differs for whoever comes after. Tests
// kill one at each of them.

export const CHAT_POINTS = [
  'before store',
  /** It is stored, and not acknowledged. */
  'after store',
  /** It is acknowledged, most likely, and claimed. */
  'before answer',
  /** What it does and what is to be said are written. */
  'after answer',
  'before send',
  /** The chat has it, and the outbox does not know. */
  'after send',
  'after shown',
] as const

/** Called at each of them; to do nothing is the rule. */
export type ChatFaults = (point: (typeof CHAT_POINTS)[number]) => void

export const NO_CHAT_FAULTS: ChatFaults = () => undefined
