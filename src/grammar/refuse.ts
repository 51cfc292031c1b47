// Makes parse errors from offsets in the plain text, which is what tokens have.
import { ParseError, type ParseErrorCode, type ParseFault } from './parse-error.ts'
import type { Source } from './source.ts'

/** An error at an offset of the plain text; `word` is what stands there, in the plain text. */
export function refuse(
  source: Source,
  code: ParseErrorCode,
  message: string,
  offset: number,
  { word = '', ...rest }: Pick<ParseFault, 'word' | 'expected' | 'suggestions'> = {},
): ParseError {
  const position = source.typedOffset(offset)
  const typedWord = word === '' ? '' : source.typed.slice(position, source.typedOffset(offset + word.length))
  return new ParseError(source.typed, { code, message, position, word: typedWord, ...rest })
}
