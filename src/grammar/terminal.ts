// The terminals of the grammar: tests on a token, each with the name under which it is expected in errors and completion.
import type { Token } from './lexer.ts'
import { readUnits } from './units.ts'
import { isAge } from './when.ts'
import { isDate, KEY_SOURCE, RESERVED } from './words.ts'

export interface Terminal {
  /** `into` for a keyword, `<name>` for a kind of word. */
  readonly label: string
  /** The words that it stands for where it is a keyword, in lower case. */
  readonly keywords: readonly string[]
  /** Called `test` because nearley calls it so. */
  readonly test: (token: Token) => boolean
}

export function keyword(...words: readonly string[]): Terminal {
  const [only] = words
  const test = words.length === 1 ? (t: Token) => t.keyword === only : (t: Token) => words.includes(t.keyword)
  return { label: words.join('|'), keywords: words, test }
}

/** The same terminal, except for these words: where a keyword may stand, a bare word is that keyword. */
export function except(terminal: Terminal, words: ReadonlySet<string>): Terminal {
  return { ...terminal, test: (token) => !words.has(token.keyword) && terminal.test(token) }
}

const kind = (label: string, test: Terminal['test']): Terminal => ({ label, keywords: [], test })

const PAIR = new RegExp(`^${KEY_SOURCE}=(?!(?:thing|json):$).`)
const PAIR_START = new RegExp(`^${KEY_SOURCE}=(?:(?:thing|json):)?$`)

// A lone `=` is no value: `attr set s1 foo = bar` would set foo to `=` and `bar`.
const isBare = (t: Token) => t.type === 'word' && t.text !== '='
const isString = (t: Token) => t.type === 'string'

export const name = kind('<name>', (t) => t.term === 'name')
export const condition = kind('<condition>', (t) => t.term === 'condition')
export const nameCondition = kind('<name>', (t) => t.term === 'condition' && t.keyword.startsWith('name:'))
export const string = kind('<name>', isString)
export const quoted = kind('"text"', isString)
export const regex = kind('/regex/', (t) => t.type === 'regex')
export const fieldPrefix = kind('<condition>', (t) => t.type === 'prefix' && !/^(?:thing|json):/.test(t.text))
export const namePrefix = kind('<name>', (t) => t.type === 'prefix' && /^name:/i.test(t.text))
export const prefix = kind('<value>', (t) => t.type === 'prefix')
export const attribute = kind('attr:<key>', (t) => t.type === 'attribute')
export const attributeKey = kind('attr:<key>', (t) => t.type === 'attributekey')
/** `attr:foo,` as the beginning of a value such as `attr:foo,12`. */
export const attributeText = kind('<value>', (t) => t.type === 'attribute' && !/\s/.test(t.text))
export const open = kind('(', (t) => t.type === 'open')
export const close = kind(')', (t) => t.type === 'close')
export const comma = kind(',', (t) => t.type === 'comma')
export const pairKey = kind('<key>=', (t) => t.type === 'pairkey')
/** A value that the lexer took for a word, a path between slashes, or a condition. */
export const bare = kind('<value>', (t) => isBare(t) || t.type === 'regex' || t.type === 'attributekey')
export const quotedValue = kind('<value>', isString)
/** Malformed keys too, so that they are told as such. */
export const key = kind('<key>', (t) => (isBare(t) && !RESERVED.has(t.keyword) && !t.text.includes('=')) || isString(t))
export const int = kind('<number>', (t) => t.type === 'word' && /^\d+$/.test(t.text))
export const date = kind('<date>', (t) => t.type === 'word' && isDate(t.text))
export const age = kind('<age>', (t) => isAge(t.keyword))
export const word = kind('<word>', (t) => isBare(t) || isString(t) || t.type === 'regex' || t.type === 'attributekey')
export const driver = kind('<driver>', (t) => (t.term === 'name' && !t.text.includes(':')) || isString(t))
export const newName = kind('<new name>', (t) => (isBare(t) && !t.text.includes('=')) || isString(t))
export const channel = kind('#channel', (t) => t.type === 'word' && /^<?#./.test(t.text))
export const units = kind('<U>', (t) => t.type === 'word' && readUnits(t.text) !== null)
export const pair = kind('<key>=<value>', (t) => t.type === 'word' && PAIR.test(t.text))
export const pairStart = kind('<key>=<value>', (t) => t.type === 'word' && PAIR_START.test(t.text))
export const gluedString = kind('"text"', (t) => isString(t) && t.glued)
export const command = kind('<command>', () => true)
export const anything = kind('', () => true)

export const AND = keyword('and')
export const OR = keyword('or')
export const NOT = keyword('not')
export const CONNECTED = keyword('connected')
export const TO = keyword('to')
export const IN = keyword('in')
export const CONTAINING = keyword('containing')
export const HASKEY = keyword('haskey')
export const MATCH = keyword('match')
export const KEYS = keyword('keys')
export const EXACT = keyword('exact')
export const LIMIT = keyword('limit')
export const DISTINCT = keyword('distinct')
export const SORT = keyword('sort')
export const BY = keyword('by')
export const ASC = keyword('asc')
export const DESC = keyword('desc')
export const AS = keyword('as')
export const OF = keyword('of')
export const AGO = keyword('ago')
export const VERSION = keyword('version')
