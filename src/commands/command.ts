// What a command is: one frozen object with its words, its danger and what it does. Its syntax line is what the grammar,
// the help, completion and the chats' slash commands are made from, and what the type of its arguments is inferred from.
import type { Args } from '../grammar/arguments.ts'
import type { Invocation } from '../grammar/ast.ts'
import type { Language } from '../grammar/language.ts'
import type { Change } from '../inventory/change.ts'
import type { Standing } from '../inventory/operators/standing.ts'
import type { ThingSummary } from '../inventory/things.ts'
import type { View } from '../inventory/view.ts'
import type { Json, Task } from '../jobs/task.ts'
import type { Examination } from './check.ts'
import type { PictureReply, Reply } from './reply.ts'
import type { Right } from './roles.ts'
import type { Trail } from './trail.ts'
import type { Words as SaidWords } from './words.ts'

/** Who asks, of what, and what the place of asking can do. */
export interface Asking {
  readonly view: View
  /** The asker's identity, `os:root`. */
  readonly operator: string
  /** Who that is and what they were granted. */
  readonly standing: Standing
  readonly now: Date
  /** The command as typed, without the secrets in it; and why it was typed. */
  readonly text: string
  /** The reason that was given at its end. */
  readonly because: string | null
  /** What the audit is to know. */
  readonly trail: Trail
  /** Where it was typed: an opaque reference to the message, and the channel where the chat has one. */
  readonly message: string
  readonly channel: string | null
  /** It is not typed at a terminal: what a file would do is shown before it is done. */
  readonly isChat: boolean
  /** How many things an answer may hold. */
  readonly limit: number
  /** The file that the command names (`file`): read before anything is locked. */
  readonly file: Uint8Array | null
  /** Commands that the operator may use, for help. */
  readonly commands: readonly Command[]
  /** All commands, and the language that they make: for those that carry out what somebody else typed. */
  readonly registry: readonly Command[]
  readonly language: Language
  /** What `doctor` looks at besides the database. */
  readonly examinations: readonly Examination[]
}

/** How much harm a command can do, least first: a property of the command as typed, never of the things that it meets. */
export const DANGERS = ['read', 'change', 'job', 'confirm', 'destroy'] as const
export type Danger = (typeof DANGERS)[number]

interface Words<S extends string> {
  readonly name: string
  readonly summary: string
  readonly syntax: S
  /** Each parses, plans and stands in the docs; they are asked of the demo. */
  readonly examples: readonly string[]
  /** What the asker must have been granted; else `read` for what reads, and `operate`. */
  readonly right?: Right
}

/** A thing that a plan is about: the permission is checked for each. */
export interface Target extends ThingSummary {
  readonly id: number
}

/** What was written is kept, and then it is refused: a proposal whose plan has changed, an approval that came too late. */
export interface Refused {
  readonly kind: 'refused'
  readonly error: Error
}

/** At least this, whatever rules say: `destroy` is the word of another who has the right of the command themselves. */
export type Raise = 'confirm' | 'destroy'

interface Planned {
  readonly targets: readonly Target[]
  /** Where what it needs depends on the database and not on the words alone. */
  readonly raise?: Raise
  /** What the plan depends on besides its targets and effects: part of its hash. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** For the worst class of commands: what has to be typed to approve or confirm it, a name. */
  readonly typed?: string
}

/** What a change will do, before it does it. */
export interface Plan extends Planned {
  /**
   * What it does, for who is asked for a word, where its answer says another thing each time: the number of what it makes, a
   * time that is counted from then. Else that is what it writes, or its answer.
   */
  readonly effects?: readonly string[]
  /** It checks scopes and locks itself: a word to a proposal, whose change is that of who asked for it. */
  readonly checksScope?: true
  /** What it reaches besides its targets, where that does not show in what it writes. */
  readonly impact?: readonly string[]
  /** What it comes to, for who is asked for a word: shown with the effects, and not part of the hash. */
  readonly summary?: readonly string[]
  /** It takes away the locks of others, whoever has checked that it may. */
  readonly liftsLocks?: boolean
  /** What `plan` shows instead of what it writes: where that is a word to the plan of another command. Writes nothing. */
  shown?(change: Change): Promise<readonly SaidWords[]>
  /** Writes it, in the transaction that the plan was made in. */
  run(change: Change): Promise<Reply | Refused>
}

/** What a job will do: the effects, a line each, and what else that reaches are what is approved. */
export interface JobPlan extends Planned {
  readonly effects: readonly string[]
  /** What it reaches, counted. */
  readonly impact?: readonly string[]
  /** How things are now, which moves by itself: shown, and not part of the hash. */
  readonly readings?: readonly string[]
  readonly task: Task
  /** Secrets are in it as references only, `secret:<id>`. */
  readonly input: Json
  /** The command that it does again decides how it is handled, not the one that was typed. */
  readonly handledAs?: { readonly command: Command; readonly danger: Danger }
  /** It goes on with what that run has done, from this step. */
  readonly again?: { readonly run: number; readonly from: string; readonly command: string }
}

interface Read {
  readonly does: 'read'
  run(args: unknown, asking: Asking): Promise<Reply | PictureReply>
}

interface Changing {
  readonly does: 'change'
  /** The name of a file that it needs: on the terminal's disk, or attached to the message. */
  file(args: unknown): string | null
  plan(args: unknown, asking: Asking): Promise<Plan>
}

interface Working {
  readonly does: 'job'
  plan(args: unknown, asking: Asking): Promise<JobPlan>
}

export type Command = Omit<Words<string>, 'right'> & {
  readonly right: Right
  /** The danger of its mildest form. */
  readonly danger: Danger
  dangerOf(args: unknown): Danger
  /** The danger of its worst form. */
  readonly worst: Danger
  /** Whether a change of many things is raised to confirm. */
  readonly guarded: boolean
  /** The name of the command that a form of this one is. */
  formOf?(args: unknown): string | null
} & (Read | Changing | Working)

/** A command that only reads. */
export function readCommand<const S extends string>(
  command: Words<S> & {
    formOf?(args: Args<S>): string | null
    run(args: Args<S>, asking: Asking): Promise<Reply | PictureReply>
  },
): Command {
  return Object.freeze({
    ...command,
    formOf: (args: unknown) => command.formOf?.(args as Args<S>) ?? null,
    right: command.right ?? 'read',
    danger: 'read',
    does: 'read',
    guarded: false,
    dangerOf: () => 'read' as const,
    worst: 'read',
    run: (args: unknown, asking: Asking) => command.run(args as Args<S>, asking),
  })
}

/**
 * A command that writes: `plan` reads and refuses, the plan's `run` writes. `dangerOf` where some of its forms are more
 * than a change; `guarded: false` where many things are what it is for.
 */
export function changeCommand<const S extends string>(
  command: Words<S> & {
    file?(args: Args<S>): string
    dangerOf?(args: Args<S>): Exclude<Danger, 'read' | 'job'>
    readonly guarded?: boolean
    plan(args: Args<S>, asking: Asking): Promise<Plan>
  },
): Command {
  return Object.freeze({
    ...command,
    right: command.right ?? 'operate',
    danger: 'change',
    does: 'change',
    guarded: command.guarded ?? true,
    dangerOf: (args: unknown) => command.dangerOf?.(args as Args<S>) ?? 'change',
    worst: command.dangerOf === undefined ? 'change' : 'destroy',
    file: (args: unknown) => command.file?.(args as Args<S>) ?? null,
    plan: (args: unknown, asking: Asking) => command.plan(args as Args<S>, asking),
  })
}

/** A command that starts a job, at once or after the asker's own tap or somebody else's approval. */
export function jobCommand<const S extends string>(
  command: Words<S> & {
    readonly danger: 'job' | 'confirm' | 'destroy'
    dangerOf?(args: Args<S>): 'job' | 'confirm' | 'destroy'
    plan(args: Args<S>, asking: Asking): Promise<JobPlan>
  },
): Command {
  return Object.freeze({
    ...command,
    right: command.right ?? 'operate',
    does: 'job',
    guarded: false,
    dangerOf: (args: unknown) => command.dangerOf?.(args as Args<S>) ?? command.danger,
    worst: command.dangerOf === undefined ? command.danger : 'destroy',
    plan: (args: unknown, asking: Asking) => command.plan(args as Args<S>, asking),
  })
}

/** The command of an invocation; some of its forms are another command: `job <id> mark done`. */
export function commandFor(commands: readonly Command[], { command: name, args }: Invocation): Command {
  const known = byName(commands)
  const typed = known.get(name)
  const form = typed?.formOf?.(args) ?? null
  const command = form === null ? typed : known.get(form)
  if (!command) throw new Error(`the grammar knows a command that the registry does not: ${form ?? name}`)
  return command
}

const names = new WeakMap<readonly Command[], ReadonlyMap<string, Command>>()

function byName(commands: readonly Command[]): ReadonlyMap<string, Command> {
  const known = names.get(commands) ?? new Map(commands.map((command) => [command.name, command]))
  names.set(commands, known)
  return known
}
