// What a command is: one frozen object with its words, its danger and what it does. Its syntax line is what the grammar,
// the help, completion and the chats' slash commands are made from, and what the type of its arguments is inferred from.
import type { Args } from '../grammar/arguments.ts'
import type { Language } from '../grammar/language.ts'
import type { Change } from '../inventory/change.ts'
import type { ThingSummary } from '../inventory/things.ts'
import type { View } from '../inventory/view.ts'
import type { PictureReply, Reply } from './reply.ts'

/** Who asks, of what, and what the place of asking can do. */
export interface Asking {
  readonly view: View
  /** The operator's identity, `os:root`. */
  readonly operator: string
  readonly now: Date
  /** The command as typed. */
  readonly text: string
  /** How many things an answer may hold. */
  readonly limit: number
  /** The file that the command names (`file`): read before anything is locked. */
  readonly file: Uint8Array | null
  /** Commands that the operator may use, for help. */
  readonly commands: readonly Command[]
  readonly language: Language
}

interface Words<S extends string> {
  readonly name: string
  readonly summary: string
  readonly syntax: S
  /** Each parses, plans and stands in the docs; they are asked of the demo. */
  readonly examples: readonly string[]
}

/** What a change will do, before it does it. */
export interface Plan {
  /** The things that it is about: the permission is checked for each. */
  readonly targets: readonly ThingSummary[]
  /** Writes it, in the transaction that the plan was made in. */
  run(change: Change): Promise<Reply>
}

// How much harm a command can do, its danger, is a property of the command as typed, never of the things that it meets.
interface Read {
  readonly danger: 'read'
  run(args: unknown, asking: Asking): Promise<Reply | PictureReply>
}

interface Changing {
  readonly danger: 'change'
  /** The name of a file that it needs: on the terminal's disk, or attached to the message. */
  file(args: unknown): string | null
  plan(args: unknown, asking: Asking): Promise<Plan>
}

export type Command = Words<string> & { readonly permission: string } & (Read | Changing)

/** A command that only reads. */
export function readCommand<const S extends string>(
  command: Words<S> & { run(args: Args<S>, asking: Asking): Promise<Reply | PictureReply> },
): Command {
  return Object.freeze({
    ...command,
    permission: command.name,
    danger: 'read',
    run: (args: unknown, asking: Asking) => command.run(args as Args<S>, asking),
  })
}

/** A command that writes the inventory: `plan` reads and refuses, the plan's `run` writes. */
export function changeCommand<const S extends string>(
  command: Words<S> & { file?(args: Args<S>): string; plan(args: Args<S>, asking: Asking): Promise<Plan> },
): Command {
  return Object.freeze({
    ...command,
    permission: command.name,
    danger: 'change',
    file: (args: unknown) => command.file?.(args as Args<S>) ?? null,
    plan: (args: unknown, asking: Asking) => command.plan(args as Args<S>, asking),
  })
}
