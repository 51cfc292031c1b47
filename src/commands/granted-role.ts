// What can be granted: a role, or the right to use one command (`power off`) or all that begin so (`power`); and where it
// is to hold.
import type { Expression } from '../grammar/ast.ts'
import { printExpression } from '../grammar/print.ts'
import { expressionOf } from '../grammar/stored-expression.ts'
import { suggest } from '../grammar/suggest.ts'
import { namesForWrite } from '../inventory/query/mentions.ts'
import { idsWithin } from '../inventory/query/within.ts'
import type { Asking, Command } from './command.ts'
import { CommandError } from './error.ts'
import { refuseSecretScope } from './refuse-secret.ts'
import { ROLES, roleNamed } from './roles.ts'
import { plainWords, type Words, words } from './words.ts'

/** The name under which it is kept. Throws CommandError `unknown-role`, `not-grantable`. */
export function grantable(words: readonly string[], registry: readonly Command[]): string {
  const text = words.join(' ').trim().toLowerCase().replace(/\s+/g, ' ')
  const role = roleNamed(text)
  if (role) return role.name
  const meant = commandsOf(text, registry)
  if (meant.length === 0) {
    const known = [...ROLES.map(({ name }) => name), ...registry.map(({ name }) => name)]
    throw new CommandError('unknown-role', { role: text, suggestions: suggest(text, known) })
  }
  // A single command is given to those who could not change anything else; what is more than that is a role's.
  if (meant.some(({ right }) => right === 'operate')) return text
  const right = meant[0]?.right ?? 'read'
  throw new CommandError('not-grantable', { command: text, right })
}

/** The commands of a name, or of the words that their names begin with. */
export function commandsOf(text: string, registry: readonly Command[]): readonly Command[] {
  return registry.filter(({ name }) => name === text || name.startsWith(`${text} `))
}

/** `may use power off`, `has the role operator` */
export function said(role: string): string {
  return roleNamed(role) ? `the role ${role}` : `the command ${role}`
}

/**
 * A scope as it is kept: with all brackets and without aliases, so that it means the same for ever and for everybody.
 * Throws CommandError `bad-scope`, `secret-kept`, and InventoryError for what it names and nobody knows.
 */
export async function scopeText(expression: Expression, { view, language }: Asking): Promise<string> {
  await namesForWrite(view, expression)
  // Drivers and types are looked up when it is compiled.
  await idsWithin(view, expression, [0])
  const text = printExpression(expression)
  refuseSecretScope(text)
  const again = expressionOf(language, text)
  if (again === null || printExpression(again) !== text) throw new CommandError('bad-scope', { reason: 'too-long' })
  return text
}

interface Where {
  readonly scope: string | null
  readonly channel: string | null
}

/** ` on (name:lab) in #ops` */
export const whereWords = ({ scope, channel }: Where): Words =>
  words`${scope === null ? '' : ` on (${scope})`}${channel === null ? '' : words` in ${{ channel }}`}`

export const where = (held: Where): string => plainWords(whereWords(held))
