// Commands and expressions that are kept for later are kept as typed, for anybody who lists them: none with a secret in it.
import type { Invocation } from '../grammar/ast.ts'
import { CommandError } from './error.ts'
import { pairs, redact } from './redact.ts'

/**
 * `invocation` is what the text was understood as, null where it lacks its end; `at` is where it stands in what was typed.
 * Throws CommandError `secret-kept`.
 */
export function refuseSecret(
  what: 'alias' | 'schedule',
  text: string,
  invocation: Invocation | null,
  at: number,
): void {
  const without = redact(text, invocation)
  if (without === text) return
  const same = [...text].findIndex((sign, i) => without[i] !== sign)
  throw new CommandError('secret-kept', { what, text: without, at: at + same })
}

/** The same for an expression that things are told apart by, now and later. */
export function refuseSecretScope(scope: string): void {
  const without = pairs(scope)
  if (without !== scope) throw new CommandError('secret-kept', { what: 'scope', text: without, at: null })
}
