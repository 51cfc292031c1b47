import { describe, expect, test } from 'vitest'
import { createLanguage } from '../../src/grammar/language.ts'
import { readCases } from './cases.ts'
import { showError, showInvocation } from './show.ts'
import { SYNTAXES } from './syntaxes.ts'

const language = createLanguage(SYNTAXES)

function understood(input: string): string {
  try {
    return showInvocation(language.parse(input))
  } catch (error) {
    return showError(error)
  }
}

describe('cases.txt', () => {
  test.each(readCases())('line $line: $input', ({ input, expected }) => {
    expect(understood(input)).toBe(expected)
  })
})
