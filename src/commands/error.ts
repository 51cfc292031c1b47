// What commands refuse beyond what the inventory does. The wording is in bot/render.

import type { Refusal } from '../inventory/import/draft.ts'
import type { Unpowered } from '../jobs/power/machine.ts'
import type { Words } from './words.ts'

/** On whose word something was done, when, and what it became: a job, or a version of the inventory. */
export interface SettledFacts {
  readonly word: 'approved' | 'confirmed'
  readonly by: readonly string[]
  readonly at: string
  readonly job: string | null
  readonly version: number | null
}

export interface CommandFacts {
  /** `operator`: their name; of nobody's identity the identity. A command takes either. */
  'not-permitted': {
    readonly operator: string
    readonly command: string
    readonly permission: string
    readonly rule: Words
  }
  /** Things that the scope of the asker's grants does not reach, as they were or as they would be. */
  'out-of-scope': {
    readonly operator: string
    readonly command: string
    readonly things: readonly string[]
    readonly scopes: readonly string[]
  }
  /** `chats`: whose identities can be given something before they have asked anything. */
  /** `@bob` as plain text: the chat has not said who that is. */
  'not-picked': { readonly mark: string; readonly suggestions: readonly string[] }
  'unknown-operator': {
    readonly mark: string
    readonly chats: readonly string[]
    readonly suggestions: readonly string[]
  }
  'unknown-role': { readonly role: string; readonly suggestions: readonly string[] }
  /** A single command that more than `operate` is needed for. */
  'not-grantable': { readonly command: string; readonly right: string }
  /** `reason`: a role that has no scope, or `too-long`. */
  'bad-scope': { readonly reason: string }
  /** In the same thread; `job` holds it. */
  'console-open': { readonly thing: string; readonly job: string }
  'bad-time': { readonly text: string; readonly most: string }
  'bad-until': { readonly text: string; readonly reason: 'past' | 'malformed' }
  'bad-operator-name': { readonly name: string; readonly reason: 'unknown' | 'malformed' | 'taken' }
  /** `held`: what they have instead. */
  'no-such-grant': { readonly operator: string; readonly role: string; readonly held: readonly string[] }
  'link-refused': {
    /**
     * `unknown`: nobody's identity; `public`: in a channel; `tries`: too many wrong codes; `code`: not known or over;
     * `own`: theirs already; `roles`: an operator with roles (`held`) of their own; `last`: the one that they type with.
     */
    readonly reason: 'unknown' | 'public' | 'tries' | 'code' | 'own' | 'roles' | 'last'
    readonly identity: string
    readonly operator?: string
    readonly held?: readonly string[]
  }
  'not-your-identity': { readonly identity: string; readonly own: readonly string[] }
  /** `isRead`: what reads waits for nobody. */
  'bad-rule-subject': { readonly subject: string; readonly isRead: boolean; readonly suggestions: readonly string[] }
  'unknown-rule': { readonly id: number; readonly known: readonly number[] }
  'last-admin': { readonly operator: string }
  'unknown-proposal': { readonly id: string }
  /** `done`: on whose word it was done, when, and what it became. */
  'proposal-closed': {
    readonly id: string
    readonly state: string
    readonly reason: string | null
    readonly done?: SettledFacts
  }
  /** A plan that waits for the tap of who asked. */
  'not-yours': { readonly id: string; readonly by: string; readonly typed: string | null }
  'own-proposal': { readonly id: string; readonly typed: string | null }
  'not-an-approver': { readonly id: string; readonly operator: string; readonly reason: Words }
  'name-not-typed': {
    readonly id: string
    readonly word: string
    /** Null where no name is asked for, and another one was typed. */
    readonly expected: string | null
    readonly typed: string | null
    readonly about: readonly string[]
  }
  /** `next` is the id of the new plan. */
  'plan-changed': {
    readonly id: string
    readonly next: string
    readonly gone: readonly string[]
    readonly fresh: readonly string[]
    /** The level that it has now, where it is stricter. */
    readonly stricter: string | null
  }
  /** `isProposal`: it is the id of a proposal. */
  'unknown-job': { readonly id: string; readonly isProposal: boolean }
  'not-your-job': { readonly id: string; readonly by: string; readonly command: string }
  /** It has ended: there is nothing to stop, or nothing left to do. */
  'job-over': { readonly id: string; readonly state: string }
  'job-not-over': { readonly id: string; readonly state: string }
  /** `steps`: those that it may begin from. */
  'no-such-step': { readonly id: string; readonly step: string; readonly steps: readonly string[] }
  /** What it would be about now is not what it was about: no step of it can be taken as done. */
  'job-differs': { readonly id: string; readonly step: string }
  'not-retryable': { readonly id: string; readonly command: string }
  'because-needed': { readonly command: string }
  /** The number of the first bad row; `good` rows before it are as they were written. */
  /** `read`: it only reads; `level`: it waits for no approval; `guard`: it guards the bot; `alias`: an alias says it. */
  'breakglass-refused': { readonly command: string; readonly reason: 'read' | 'level' | 'guard' | 'alias' }
  'unknown-review': { readonly id: string }
  'own-review': { readonly id: string }
  'review-closed': { readonly id: string; readonly by: string; readonly at: string }
  'audit-broken': { readonly id: number; readonly to: number; readonly reason: string; readonly good: number }
  /** A head that was noted before is not in the chain. */
  'audit-cut': { readonly rows: number; readonly noted: string }
  'unknown-freeze': { readonly name: string; readonly known: readonly string[] }
  'unknown-command-help': { readonly name: string; readonly suggestions: readonly string[] }
  /** Of what came from a chat, before it was kept. */
  'secret-taken-out': Record<string, never>
  'file-not-found': { readonly file: string; readonly reason: string }
  /** A file that cannot be taken: each refused line with its number and the reason. Nothing was imported. */
  'import-refused': {
    readonly file: string
    readonly refused: readonly Refusal[]
    readonly total: number
    /** What the rest of the file would do: `new: 40 servers`. */
    readonly would?: readonly string[]
  }
  /** It is about no things, and what it changes is not only theirs. */
  'scope-too-small': {
    readonly operator: string
    readonly command: string
    readonly scopes: readonly string[]
    readonly what: string
  }
  /** `by`: who saved it; null where nobody knows. */
  'alias-not-yours': { readonly name: string; readonly by: string | null; readonly text: string }
  'unknown-alias': {
    readonly name: string
    readonly at: number
    readonly isShared: boolean
    /** There is one of that name among the shared ones, or the own ones, instead. */
    readonly isOther: boolean
    readonly suggestions: readonly string[]
  }
  /** `path`: what stands for it. */
  'alias-cycle': { readonly name: string; readonly path: readonly string[]; readonly at: number }
  'alias-too-deep': { readonly name: string; readonly limit: number; readonly at: number }
  /** An alias for the beginning of a command, where an expression stands. */
  'alias-misplaced': { readonly name: string; readonly text: string; readonly at: number }
  /** Things whose power cannot be switched, the first of them each with the reason and what would change it. */
  'no-power': { readonly things: readonly Unpowered[]; readonly total: number }
  'too-many-machines': { readonly found: number; readonly limit: number }
  /** `at`: where the bad field begins, in the text as typed. */
  'bad-cron': {
    readonly cron: string
    readonly at: number
    readonly word: string
    readonly field: string | null
    readonly expected: string
  }
  /** There is no such day: 31 February. */
  'cron-never': { readonly cron: string; readonly at: number }
  'unknown-zone': { readonly zone: string; readonly at: number; readonly suggestions: readonly string[] }
  /** What no schedule does: a change, what waits for somebody's word, and a schedule itself. */
  'not-schedulable': {
    readonly command: string
    readonly reason: 'nested' | 'change' | 'confirm' | 'destroy'
    readonly at: number
  }
  'unknown-schedule': { readonly id: string }
  'schedule-removed': { readonly id: string; readonly by: string }
  'schedule-not-yours': { readonly id: string; readonly owner: string; readonly command: string }
  /** An alias in it stands for something else to who takes it over. */
  'schedule-reads-otherwise': { readonly id: string; readonly owner: string; readonly command: string }
  /** A command or an expression that would be kept with a secret in it; `text` is it without. */
  'secret-kept': { readonly what: 'alias' | 'schedule' | 'scope'; readonly text: string; readonly at: number | null }
  'not-plannable': { readonly command: string }
  'bad-arguments': { readonly reason: string; readonly expected: string }
}

export type CommandCode = keyof CommandFacts

/** The command refuses: nothing was changed. */
export class CommandError<C extends CommandCode = CommandCode> extends Error {
  override readonly name = 'CommandError'
  readonly code: C
  readonly facts: CommandFacts[C]

  constructor(code: C, facts: CommandFacts[C]) {
    super(`${code} ${JSON.stringify(facts)}`)
    this.code = code
    this.facts = facts
  }
}
