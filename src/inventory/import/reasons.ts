// Why a line of a file is refused, in words: the same facts that the inventory gives, told beside a line number.
import type { NameFault } from '../../grammar/name.ts'
import type { InventoryError, InventoryFacts } from '../error.ts'

const NAMES: Readonly<Record<NameFault, string>> = {
  empty: 'a name is missing',
  'too-long': 'a name has at most 200 characters',
  'white-space': 'a name has no white space',
  character: 'a name has no comma, quote, colon, bracket, invisible character or any of * ? = < > ;',
  'first-character': 'a name does not begin with #, - or /',
  reserved: 'it is a reserved word',
  date: 'it is a date',
}

export const nameReason = (name: string, fault: NameFault): string =>
  fault === 'empty' ? NAMES.empty : `${name.slice(0, 80)} is not a name: ${NAMES[fault]}`

const KEYS: Readonly<Record<InventoryFacts['illegal-key']['reason'], string>> = {
  form: 'a key begins with a letter and holds letters, digits, _ and -',
  reserved: 'keys that begin with _ are reserved',
  secret: 'passwords, secrets and tokens are no attributes',
}

export const keyReason = (key: string, reason: keyof typeof KEYS): string => `key ${key}: ${KEYS[reason]}`

/** What the inventory refused, in words. */
export function errorReason(error: InventoryError): string {
  const facts = Object.entries(error.facts)
    .filter(([name]) => name !== 'at' && name !== 'suggestions')
    .map(([name, fact]) => `${name} ${Array.isArray(fact) ? fact.join(', ') : String(fact)}`)
  return `${error.code.replace(/-/g, ' ')} (${facts.join('; ')})`
}

/** The names in an error's facts, to find the line that they are from. */
export const namesIn = (error: InventoryError): readonly string[] =>
  Object.values(error.facts).flatMap((fact: unknown) =>
    typeof fact === 'string' ? [fact, fact.split(':')[0] ?? ''] : [],
  )
