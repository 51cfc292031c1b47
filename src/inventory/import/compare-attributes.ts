// The attributes of a draft beside those that are there: only keys whose values differ are written.
import { printKey } from '../../grammar/key.ts'
import { nameKey } from '../../grammar/name.ts'
import { InventoryError } from '../error.ts'
import type { AttributeRow } from '../rows.ts'
import { refuseKey, refuseSecretKey } from '../write/keys.ts'
import { readPort } from '../write/port.ts'
import { type References, toColumns, valueKey } from '../write/values.ts'
import type { Comparison, Pair } from './comparison.ts'
import { type DraftAttribute, refuse } from './draft.ts'
import { errorReason, keyReason } from './reasons.ts'

/** Attributes of a thing that are to be written. */
export interface WantedAttributes {
  readonly pair: Pair
  readonly attributes: readonly DraftAttribute[]
}

export function compareAttributes(comparison: Comparison): readonly WantedAttributes[] {
  const references = referencesOf(comparison)
  const result: WantedAttributes[] = []
  for (const pair of comparison.pairs.values()) {
    const { draft, present } = pair
    const slots = new Map<string, string[]>()
    for (const row of present ? (comparison.present.attributes.get(present.id) ?? []) : []) {
      const slot = rowSlot(row)
      slots.set(slot, [...(slots.get(slot) ?? []), valueKey(row)])
    }
    const attributes = draft.attributes.filter((attribute) => {
      const wanted = valuesOf(comparison, pair, attribute, references)
      if (wanted === null) return false
      const known = slots.get(`${attribute.port} ${printKey(attribute.key)}`) ?? []
      if (attribute.key.number !== 'next' && same(known, wanted)) return false
      if (present) pair.differs.push(`${attribute.port === '' ? '' : `${attribute.port} `}${printKey(attribute.key)}`)
      return true
    })
    if (attributes.length > 0) result.push({ pair, attributes })
  }
  return result
}

const rowSlot = ({ port, key, subkey, number }: AttributeRow): string =>
  `${port} ${printKey({ key, subkey: subkey === '' ? null : subkey, number })}`

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join('\0') === b.toSorted().join('\0')
}

/** What the values of an attribute are known by; null where they are refused. */
function valuesOf(
  { refused }: Comparison,
  { draft }: Pair,
  { key, port, values }: DraftAttribute,
  references: References,
): readonly string[] | null {
  try {
    refuseKey(key)
    refuseSecretKey(key)
    if (port !== '' && (readPort(port)?.number ?? 0) < 1) {
      refused.push(refuse(draft.origin, `${port} is not a port: it is written nic-eth:1`))
      return null
    }
    return values.map((value) => valueKey(toColumns(value, references)))
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
    refused.push(refuse(draft.origin, wordsFor(error, printKey(key))))
    return null
  }
}

function wordsFor(error: InventoryError, key: string): string {
  const { facts } = error
  if (error.code === 'illegal-key' && 'key' in facts && 'reason' in facts)
    return keyReason(key, facts.reason === 'secret' || facts.reason === 'reserved' ? facts.reason : 'form')
  if (error.code === 'unknown-thing' && 'name' in facts) return `${key}: there is no thing ${facts.name}`
  return `${key}: ${errorReason(error)}`
}

// Things that the draft adds have no id yet; they differ from all that are there.
function referencesOf({ present, pairs }: Comparison): References {
  const references = new Map<string, { id: number; name: string }>()
  let id = -1
  for (const [key, { draft }] of pairs) references.set(key, { id: id--, name: draft.name })
  for (const [key, thing] of present.things) references.set(nameKey(key), thing)
  return references
}
