// What the rules of expression.ne make of the tokens. Drafts only hold tokens: Earley also runs these functions for
// readings that come to nothing, so everything that costs or can fail waits until the parse has succeeded.
import type { Token } from './lexer.ts'

/** One word: bare, quoted, or a regular expression. */
export interface WordDraft {
  readonly tag: 'word'
  readonly token: Token
}

/** Two tokens that belong together: `name:` `"web 1"`, `attr:a,` `12` as a value, `note=` `"x"`. */
export interface PrefixedDraft {
  readonly tag: 'prefixed'
  readonly prefix: Token
  readonly token: Token
}

export type TextDraft = WordDraft | PrefixedDraft

/** A left-recursive list, as nearley builds it without a function: `[[[first], second], third]`. */
export type ListDraft<T> = readonly [T] | readonly [ListDraft<T>, T]

export interface PairDraft {
  readonly key: Token
  readonly value: TextDraft
}

export type ExpressionDraft =
  | TextDraft
  | { readonly tag: 'attribute'; readonly operator: Token; readonly value: TextDraft }
  | { readonly tag: 'haskey'; readonly key: Token }
  | { readonly tag: 'match'; readonly match: Token; readonly how: Token; readonly pairs: ListDraft<PairDraft> }
  | { readonly tag: 'not'; readonly of: ExpressionDraft }
  | { readonly tag: 'and' | 'or'; readonly left: ExpressionDraft; readonly right: ExpressionDraft }
  | ChainDraft
  /** Brackets; kept since `(a in b) in c` is not `a in b in c`. */
  | { readonly tag: 'group'; readonly open: Token; readonly of: ExpressionDraft }

/** `a in b connected to c`, read from the left; folded to the right afterwards, since right recursion is quadratic. */
export interface ChainDraft {
  readonly tag: 'chain'
  readonly before: ExpressionDraft
  readonly relation: 'connected' | 'in' | 'containing'
  readonly of: ExpressionDraft
}

export type WhenDraft = { readonly tag: 'date' | 'ago' | 'version'; readonly token: Token }

export type SuffixDraft =
  | { readonly tag: 'limit' | 'distinct'; readonly keyword: Token; readonly token: Token }
  | { readonly tag: 'sort'; readonly keyword: Token; readonly token: Token; readonly descending: boolean }
  | { readonly tag: 'asOf'; readonly keyword: Token; readonly when: WhenDraft }

export interface QueryDraft {
  readonly expression: ExpressionDraft
  readonly suffixes: ListDraft<SuffixDraft> | null
}

type E = ExpressionDraft
type T = Token

export const first = ([only]: [unknown]) => only
export const word = ([token]: [T]): WordDraft => ({ tag: 'word', token })
export const prefixed = ([prefix, token]: [T, T]): PrefixedDraft => ({ tag: 'prefixed', prefix, token })
export const query = ([expression, suffixes]: [E, ListDraft<SuffixDraft>?]): QueryDraft => ({
  expression,
  suffixes: suffixes ?? null,
})
export const limit = ([keyword, token]: [T, T]): SuffixDraft => ({ tag: 'limit', keyword, token })
export const distinct = ([keyword, token]: [T, T]): SuffixDraft => ({ tag: 'distinct', keyword, token })
export const sortUp = ([keyword, , token]: [T, T, T, T?]): SuffixDraft => ({
  tag: 'sort',
  keyword,
  token,
  descending: false,
})
export const sortDown = ([keyword, , token]: [T, T, T, T]): SuffixDraft => ({
  tag: 'sort',
  keyword,
  token,
  descending: true,
})
export const asOf = ([keyword, , when]: [T, T, WhenDraft]): SuffixDraft => ({ tag: 'asOf', keyword, when })
export const date = ([token]: [T]): WhenDraft => ({ tag: 'date', token })
export const ago = ([token]: [T, T]): WhenDraft => ({ tag: 'ago', token })
export const version = ([, token]: [T, T]): WhenDraft => ({ tag: 'version', token })
export const or = ([left, , right]: [E, T, E]): E => ({ tag: 'or', left, right })
export const and = ([left, , right]: [E, T, E]): E => ({ tag: 'and', left, right })
export const not = ([, of]: [T, E]): E => ({ tag: 'not', of })
export const connected = ([before, , , of]: [E, T, T, E]): E => ({ tag: 'chain', before, relation: 'connected', of })
export const inside = ([before, , of]: [E, T, E]): E => ({ tag: 'chain', before, relation: 'in', of })
export const containing = ([before, , of]: [E, T, E]): E => ({ tag: 'chain', before, relation: 'containing', of })
export const group = ([open, of]: [T, E, T]): E => ({ tag: 'group', open, of })
export const haskeyAttribute = ([key]: [T]): E => ({ tag: 'haskey', key })
export const haskey = ([, key]: [T, T]): E => ({ tag: 'haskey', key })
export const haskeyBrackets = ([, , key]: [T, T, T, T]): E => ({ tag: 'haskey', key })
export const attribute = ([operator, value]: [T, TextDraft]): E => ({ tag: 'attribute', operator, value })
export const match = ([match, how, , pairs]: [T, T, T, ListDraft<PairDraft>, T]): E => ({
  tag: 'match',
  match,
  how,
  pairs,
})
export const pair = ([key, value]: [T, TextDraft]): PairDraft => ({ key, value })
export const pairInList = ([pairs, , pair]: [ListDraft<PairDraft>, T, PairDraft]): ListDraft<PairDraft> => [pairs, pair]
