// The arguments of a command, inferred from its syntax line by TypeScript, so that line and code cannot disagree:
// Args<'count <query> [by <key>]'> is { query: Query; key?: Key }.
import type { Expression, Invocation, Key, Pair, Part, Pattern, Query, ThingName, Units, Value, When } from './ast.ts'
import type { ArgumentType } from './syntax.ts'

/** Names for new things: one, or a range. Whether they are allowed is checked by `checkName`, later. */
export type NewNames = Extract<Pattern, { tag: 'exact' | 'range' }> & { readonly at: number }

/** What each type of argument is given as. */
export interface ArgumentValues {
  expr: Expression
  query: Query
  thing: ThingName
  part: Part
  /** One element of a list given word by word: a thing, a condition, or a bracketed expression. */
  item: Expression
  /** A new name as typed. */
  name: ThingName
  range: NewNames
  driver: ThingName
  key: Key
  value: Value
  pair: Pair
  when: When
  units: Units
  int: number
  /** A word, bare or quoted. */
  word: string
  string: string
  /** Always in quotes. */
  text: string
  channel: string
  cron: string
  /** The mark of an operator: `bob`, `slack:U012AB3CD`. */
  mark: string
  /** The rest of the line as it was typed, without a reason at its end. */
  line: ThingName
  /** The rest of the line as a command of its own. */
  command: Invocation
}

type Trim<S extends string> = S extends ` ${infer R}` ? Trim<R> : S

type Choice<T extends string> = T extends `${infer A}|${infer B}` ? A | Choice<B> : T

type TypeOf<T extends string> = T extends `${string}|${string}`
  ? Choice<T>
  : T extends ArgumentType
    ? ArgumentValues[T]
    : never

type NameOf<A extends string> = A extends `${infer N}:${string}` ? N : A

type ValueOf<A extends string> = A extends `${string}:${infer T}`
  ? TypeOf<T>
  : A extends ArgumentType
    ? ArgumentValues[A]
    : string

// What is gathered while walking a line: arguments that must be there, those that may, and flags.
interface Found {
  must: object
  may: object
  flags: string
}

type Argument<A extends string, V, Stack extends unknown[], F extends Found> = Stack extends []
  ? { must: F['must'] & { readonly [K in NameOf<A>]: V }; may: F['may']; flags: F['flags'] }
  : { must: F['must']; may: F['may'] & { readonly [K in NameOf<A>]?: V }; flags: F['flags'] }

// The stack has an entry for each open bracket: the keywords of the present alternative (from '' up), or 0 once it has
// more than these.
type MoreThanKeywords<Stack extends unknown[]> = Stack extends [...infer Outer, unknown] ? [...Outer, 0] : Stack

type Keyword<W extends string, Stack extends unknown[]> = Stack extends [...infer Outer, infer Words]
  ? [Words] extends [0]
    ? Stack
    : [...Outer, Words | W]
  : Stack

type EndAlternative<Stack extends unknown[], F extends Found> = Stack extends [...unknown[], infer Words]
  ? [Words] extends [string]
    ? { must: F['must']; may: F['may']; flags: F['flags'] | Exclude<Words, ''> }
    : F
  : F

type Word<S extends string> = S extends `${infer C}${infer R}`
  ? C extends ' ' | '[' | ']' | '(' | ')' | '|' | '<'
    ? ''
    : `${C}${Word<R>}`
  : ''

type Drop<S extends string, W extends string> = S extends `${W}${infer R}` ? R : ''

type Walk<S extends string, Stack extends unknown[], F extends Found> = S extends ''
  ? F
  : S extends ` ${infer R}`
    ? Walk<Trim<R>, Stack, F>
    : S extends `"<${infer A}>"${infer R}`
      ? Walk<R, MoreThanKeywords<Stack>, Argument<A, string, Stack, F>>
      : S extends `<${infer A}>${infer R}`
        ? R extends `...${infer Q}`
          ? Walk<Q, MoreThanKeywords<Stack>, Argument<A, readonly ValueOf<A>[], Stack, F>>
          : Walk<R, MoreThanKeywords<Stack>, Argument<A, ValueOf<A>, Stack, F>>
        : S extends `${'[' | '('}${infer R}`
          ? Walk<R, [...MoreThanKeywords<Stack>, ''], F>
          : S extends `|${infer R}`
            ? Walk<R, Stack extends [...infer Outer, unknown] ? [...Outer, ''] : Stack, EndAlternative<Stack, F>>
            : S extends `${']' | ')'}${infer R}`
              ? Walk<R, Stack extends [...infer Outer, unknown] ? Outer : Stack, EndAlternative<Stack, F>>
              : Walk<Drop<S, Word<S>>, Keyword<Word<S>, Stack>, F>

type Flat<T> = { readonly [K in keyof T]: T[K] }

// An argument of the same name wins over a flag: `rename <from:range> [to] <to:range>`.
type Combined<F extends Found> = Flat<
  F['must'] &
    Omit<F['may'], keyof F['must']> & { readonly [K in Exclude<F['flags'], keyof (F['must'] & F['may'])>]?: true }
>

/**
 * The arguments of a syntax line by name. Those inside brackets may be missing; `...` makes arrays of at least one;
 * a bracket of keywords only (`[force]`) gives `force: true` where it was typed.
 */
export type Args<S extends string> = Combined<Walk<S, [], { must: object; may: object; flags: never }>>
