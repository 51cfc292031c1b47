// Shows what a text was understood as, on one line, for the cases in cases.txt.
import type {
  Expression,
  Invocation,
  Key,
  Pair,
  Part,
  Query,
  ThingName,
  Units,
  Value,
  When,
} from '../../src/grammar/ast.ts'
import { printKey } from '../../src/grammar/key.ts'
import { ParseError } from '../../src/grammar/parse-error.ts'
import { printExpression, printQuery } from '../../src/grammar/print.ts'
import { printValue } from '../../src/grammar/value.ts'

type Shown = Expression | Query | ThingName | Part | Key | Value | Pair | When | Units | Invocation

function showObject(value: Shown): string {
  if ('command' in value) return `{${showInvocation(value)}}`
  if ('expression' in value) return printQuery(value)
  if ('low' in value) return `U${value.low}-${value.high}`
  if ('type' in value && !('tag' in value))
    return value.type === 'text' ? `'${value.value}'` : `${value.type} ${printValue(value)}`
  if ('value' in value) return `${printKey(value.key)}=${showObject(value.value)}`
  if ('subkey' in value) return printKey(value)
  if (!('tag' in value)) return value.text
  switch (value.tag) {
    case 'time':
      return value.iso
    case 'ago':
      return `${value.seconds}s ago`
    case 'version':
      return `version ${value.version}`
    case 'thing':
      return value.thing.text
    case 'port':
      return `port ${value.number} of type ${value.type} of ${value.thing.text}`
    case 'unit':
      return `unit ${value.unit} of ${value.thing.text}`
    default:
      return printExpression(value)
  }
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join('; ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if ('tag' in value && (value.tag === 'exact' || value.tag === 'range')) {
    return 'names' in value && Array.isArray(value.names)
      ? value.names.join('+')
      : 'text' in value
        ? String(value.text)
        : ''
  }
  return showObject(value as Shown)
}

export function showInvocation({ command, args, because, breakglass }: Invocation): string {
  const shown = Object.entries(args).map(([name, value]) => `${name}: ${show(value)}`)
  const reason = because === null ? [] : [`because: ${because}`]
  return [command, ...shown, ...(breakglass ? ['breakglass'] : []), ...reason].join(' | ')
}

/** `! code position`, and the suggestions. */
export function showError(error: unknown): string {
  if (!(error instanceof ParseError)) throw error
  return ['!', error.code, error.position, ...error.suggestions].join(' ')
}
