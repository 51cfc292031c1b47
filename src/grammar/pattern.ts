// Patterns from words: exact, glob (`web*`), range (`db[201-240]`), regular expression.
import type { Pattern } from './ast.ts'
import { expandRange, type RangeFault } from './range.ts'
import { refuse } from './refuse.ts'
import { checkRegex, type RegexFault } from './regex.ts'
import type { Source } from './source.ts'

const RANGE_FAULTS: Readonly<Record<RangeFault, string>> = {
  malformed: 'a range is written as in db[201-240]',
  backwards: 'a range runs from the lower to the higher number',
  'too-many': 'a range stands for at most 10,000 names',
}

const REGEX_FAULTS: Readonly<Record<RegexFault, string>> = {
  'too-long': 'a regular expression has at most 200 characters',
  'back-reference': 'back-references are not allowed in a regular expression',
  'look-around': 'looking ahead or behind is not allowed in a regular expression',
  'nested-quantifier': 'a repetition inside a repetition is not allowed in a regular expression',
  'repetition-too-large': 'at most 100 repetitions are allowed in a regular expression',
  'unsupported-escape':
    'of the escapes with letters only \\d \\w \\s \\D \\W \\S \\t \\n \\r are allowed, in brackets the small ones',
  unsupported: 'this form is not supported in a regular expression',
  invalid: 'not a regular expression',
}

export const exactPattern = (text: string): Pattern => Object.freeze({ tag: 'exact', text })

const isGlob = (text: string): boolean => /[*?]/.test(text)

/** `/^web/`, slashes and all. @throws ParseError `bad-regex` */
export function regexPattern(source: Source, text: string, offset: number): Pattern {
  const regex = text.slice(1, -1).replace(/\\([\s\S])/g, (pair, escaped) => (escaped === '/' ? '/' : pair))
  const fault = checkRegex(regex)
  if (fault) throw refuse(source, 'bad-regex', REGEX_FAULTS[fault], offset, { word: text })
  return Object.freeze({ tag: 'regex', source: regex })
}

/** `web*` or exactly the text. */
export const globPattern = (text: string): Pattern =>
  isGlob(text) ? Object.freeze({ tag: 'glob', text }) : exactPattern(text)

/** `db[201-240]` or exactly the text. @throws ParseError `bad-range` */
export function rangePattern(
  source: Source,
  text: string,
  offset: number,
): Extract<Pattern, { tag: 'exact' | 'range' }> {
  if (!/[[\]]/.test(text)) return Object.freeze({ tag: 'exact', text })
  const names = expandRange(text)
  if (typeof names === 'string') throw refuse(source, 'bad-range', RANGE_FAULTS[names], offset, { word: text })
  return Object.freeze({ tag: 'range', text, names: Object.freeze(names) })
}

/** A bare word as it stands for names: range, glob or exact. @throws ParseError `bad-range` */
export const namePattern = (source: Source, text: string, offset: number): Pattern =>
  /[[\]]/.test(text) ? rangePattern(source, text, offset) : globPattern(text)
