// The error that a text is refused with.
import type { Language } from '../../src/grammar/language.ts'
import { ParseError } from '../../src/grammar/parse-error.ts'

export function misread(language: Pick<Language, 'parse'>, text: string): ParseError {
  try {
    language.parse(text)
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
  throw new Error(`was understood: ${text}`)
}
