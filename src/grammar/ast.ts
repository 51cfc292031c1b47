// What a text means once it is parsed: the trees that the grammar makes and everything to its right reads.
// All nodes are frozen and tagged; `at` is the offset of the word in the text as typed, counted from 0.

/** A value as typed: `12` integer, `1.5` decimal, `true` boolean, an ISO date-time, `thing:x`, `json:'…'`, else text. */
export type Value =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'integer'; readonly value: bigint }
  /** Kept as the digits typed, so that nothing is rounded. */
  | { readonly type: 'decimal'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** Normalised to UTC, `2007-12-16T07:46:00Z` (with milliseconds where they are not zero). */
  | { readonly type: 'datetime'; readonly value: string }
  /** The name of a thing as typed. */
  | { readonly type: 'reference'; readonly value: string }
  /** The JSON text, checked to be JSON, as typed. */
  | { readonly type: 'json'; readonly value: string }

/** How names and values are matched. */
export type Pattern =
  | { readonly tag: 'exact'; readonly text: string }
  /** `web*`: only `*` and `?` are special; anchored at both ends. */
  | { readonly tag: 'glob'; readonly text: string }
  /** `db[201-240]`, expanded in order: `db201 … db240`; at most 10,000 names. */
  | { readonly tag: 'range'; readonly text: string; readonly names: readonly string[] }
  /** `/^web/`: the source between the slashes, `\/` undone, already checked (length, back-references, nesting). */
  | { readonly tag: 'regex'; readonly source: string }

/** `key[.subkey][#number]`; a `#` without a number (`attr add s1 foo# x`) asks for the next one. */
export interface Key {
  readonly key: string
  readonly subkey: string | null
  readonly number: number | 'next' | null
}

export type Field =
  | 'name'
  | 'driver'
  | 'type'
  | 'ip'
  | 'mac'
  | 'serial'
  | 'pool'
  | 'class'
  | 'role'
  | 'service'
  | 'vip'
  | 'vlan'

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

export type Relation = 'connected' | 'in' | 'containing'

export type Expression =
  /** A bare or quoted word: found by name (which wins), hostname, serial number, MAC or IP address. */
  | { readonly tag: 'name'; readonly pattern: Pattern; readonly at: number }
  | { readonly tag: 'field'; readonly field: Field; readonly pattern: Pattern; readonly at: number }
  /** `attr:foo,12` and `attr:foo=12` are both `=`. For `<` and the like, and `!=`, the pattern is `exact`. */
  | {
      readonly tag: 'attribute'
      readonly key: Key
      readonly comparison: Comparison
      readonly pattern: Pattern
      /** Quoted text is compared as text only; bare text as text and as typed. */
      readonly quoted: boolean
      readonly at: number
    }
  | { readonly tag: 'haskey'; readonly key: Key; readonly at: number }
  | {
      readonly tag: 'match'
      readonly how: 'keys' | 'exact'
      readonly pairs: readonly { readonly key: Key; readonly value: Value }[]
      readonly at: number
    }
  | { readonly tag: 'relation'; readonly relation: Relation; readonly left: Expression; readonly right: Expression }
  | { readonly tag: 'not'; readonly of: Expression }
  | { readonly tag: 'and'; readonly left: Expression; readonly right: Expression }
  | { readonly tag: 'or'; readonly left: Expression; readonly right: Expression }

/** A moment in the inventory's history. */
export type When =
  /** An ISO date (its start in UTC) or date-time. */
  | { readonly tag: 'time'; readonly iso: string }
  | { readonly tag: 'ago'; readonly seconds: number; readonly text: string }
  | { readonly tag: 'version'; readonly version: number }

/** An expression with what cuts, orders and dates it; each clause at most once. */
export interface Query {
  readonly expression: Expression
  readonly limit: number | null
  /** A type of container (`rack`): every answer in a different one. */
  readonly distinct: string | null
  readonly sort: { readonly key: Key; readonly descending: boolean } | null
  readonly asOf: When | null
}

/** One thing as an operator names it: by name, hostname, serial, MAC or IP. */
export interface ThingName {
  readonly text: string
  readonly at: number
}

/** `server1`, `server1:nic-eth:2` or `rack101:U13`; a name holds no colon, so what stands before the first one is it. */
export type Part =
  | { readonly tag: 'thing'; readonly thing: ThingName }
  | { readonly tag: 'port'; readonly thing: ThingName; readonly type: string; readonly number: number }
  | { readonly tag: 'unit'; readonly thing: ThingName; readonly unit: number }

/** `env=prod` */
export interface Pair {
  readonly key: Key
  readonly value: Value
}

/** `U11-13`: from the lowest to the highest rack unit, which are equal for one unit; halves occur (`U4.5`). */
export interface Units {
  readonly low: number
  readonly high: number
}

/** What an operator typed, understood: which command, with which arguments. */
export interface Invocation {
  /** The name of the command in the registry (`attr set`). */
  readonly command: string
  /** Named as in the command's syntax line. */
  readonly args: Readonly<Record<string, unknown>>
  /** The reason of `… because "INC-4412"`. */
  readonly because: string | null
  /** `… breakglass because "INC-4412"`: it is to wait for nobody else's approval. Left away where that was not typed. */
  readonly breakglass?: true
  /** The text as typed, whole. */
  readonly text: string
  /** It with what its aliases stand for; left away where there are none. */
  readonly means?: string
}
