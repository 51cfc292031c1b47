// What is said about a refusal: what happened and why, what to type next, and where in the text it is.
import type { Words } from '../../commands/words.ts'

export interface Said {
  /** What happened and why: a sentence without its full stop. */
  readonly what: Words
  /** What to type or do next; null where the suggestions say it all. */
  readonly next: string | null
  /** From 0 in the text as typed. */
  readonly position?: number | undefined
  /** The bad word as typed, for the caret line. */
  readonly word?: string
  /** Bare words, best first. */
  readonly suggestions?: readonly string[]
}

/** Words for every code of a table of facts: a code without words does not compile. */
export type Wording<Facts> = { readonly [C in keyof Facts]: (facts: Facts[C]) => Said }

/** `a, b and 3 more` */
export function some(names: readonly string[], shown = 5, total = names.length): string {
  const head = names.slice(0, shown)
  const more = total - head.length
  if (more > 0) return `${head.join(', ')} and ${more} more`
  const last = head.at(-1)
  return head.length < 2 || last === undefined ? head.join('') : `${head.slice(0, -1).join(', ')} and ${last}`
}

/** `1 thing`, `2 things`, `2 addresses` */
export function counted(count: number, noun: string, plural = 's'): string {
  return `${count} ${noun}${count === 1 ? '' : plural}`
}
