// What came in is kept as it will be understood, without the secrets in it: a command that gives a secret a value is refused
// whatever the value is, so nothing is lost. A question stays as typed until it is answered, since it would ask for
// something else; and so does what an alias may stand for, which only the database knows.
import { type Command, commandFor } from '../../commands/command.ts'
import { redact, redacted } from '../../commands/redact.ts'
import type { Language } from '../../grammar/language.ts'
import { ParseError } from '../../grammar/parse-error.ts'
import type { Incoming } from './incoming.ts'

interface Known {
  readonly language: Language
  readonly commands: readonly Command[]
}

export function withoutSecrets(incoming: Incoming, known: Known): Incoming {
  switch (incoming.kind) {
    case 'message':
    case 'edit':
      return { ...incoming, text: clean(incoming.text, known) }
    case 'press':
      return { ...incoming, typed: incoming.typed === null ? null : clean(incoming.typed, known) }
    default:
      return incoming satisfies never
  }
}

function clean(text: string, { language, commands }: Known): string {
  try {
    const invocation = language.parse(text)
    const { does, name } = commandFor(commands, invocation)
    // What holds a command is no question, and what shows how a line was read would show all of it.
    const isQuestion = does === 'read' && name !== 'explain' && !('command' in invocation.args)
    return isQuestion ? text : redacted(invocation).text
  } catch (error) {
    if (error instanceof ParseError) return redact(text, null)
    throw error
  }
}
