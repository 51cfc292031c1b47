// Completion, made by the same grammar that parses: what could stand where the text ends.
import type { Commands } from './language.ts'

/** Whether the operator may use a command. */
export type MayUse = (command: string) => boolean

export type Expected = { readonly tag: 'keyword'; readonly text: string }

export interface Completion {
  /** The offset of the half-typed word, which the chosen word replaces. */
  readonly from: number
  readonly expected: readonly Expected[]
}

export function complete(_commands: Commands, text: string, _mayUse: MayUse = () => true): Completion {
  return { from: text.length, expected: [] }
}
