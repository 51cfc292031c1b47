// What came in is kept as it will be understood, without the secrets in it: a command that gives a secret a value is refused
// whatever the value is, so nothing is lost.
import { redact, redacted } from '../../commands/redact.ts'
import type { Language } from '../../grammar/language.ts'
import { ParseError } from '../../grammar/parse-error.ts'
import type { Incoming } from './incoming.ts'

export function withoutSecrets(incoming: Incoming, language: Language): Incoming {
  switch (incoming.kind) {
    case 'message':
    case 'edit':
      return { ...incoming, text: clean(incoming.text, language) }
    case 'press':
      return { ...incoming, typed: incoming.typed === null ? null : clean(incoming.typed, language) }
    default:
      return incoming satisfies never
  }
}

function clean(text: string, language: Language): string {
  try {
    return redacted(language.parse(text)).text
  } catch (error) {
    if (error instanceof ParseError) return redact(text, null)
    throw error
  }
}
