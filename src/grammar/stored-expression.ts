// Expressions that were stored as text: scopes of grants, rules and freezes. What was well formed then need not be now.
import type { Expression } from './ast.ts'
import { createLanguage, type Language } from './language.ts'

const WITHOUT_COMMANDS = createLanguage([])

/** The expression of a text that was checked when it was stored; null where it does not parse now. */
export function expressionOf(language: Language, text: string): Expression | null {
  try {
    const { command, args } = language.parse(`(${text})`)
    if (command !== 'find') return null
    return (args.query as { expression: Expression }).expression
  } catch {
    return null
  }
}

/** The same where no commands are known. */
export const storedExpression = (text: string): Expression | null => expressionOf(WITHOUT_COMMANDS, text)
