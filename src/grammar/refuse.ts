// Makes parse errors from offsets in the plain text, which is what tokens have.
import { ParseError, type ParseErrorCode, type ParseFault } from './parse-error.ts'
import type { Source } from './source.ts'

/** An error at an offset of the plain text; `word` is what stands there. */
export function refuse(
  source: Source,
  code: ParseErrorCode,
  message: string,
  offset: number,
  rest: Pick<ParseFault, 'word' | 'expected' | 'suggestions'> = {},
): ParseError {
  return new ParseError(source.typed, { code, message, position: source.typedOffset(offset), ...rest })
}
