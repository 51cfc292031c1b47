// A draft that grows line by line, from tables and documents alike, and the lines that were refused on the way.
import type {
  DraftAddress,
  DraftAttribute,
  DraftCable,
  DraftDriver,
  DraftThing,
  Origin,
  Reading,
  Refusal,
} from './draft.ts'
import { refuse } from './draft.ts'

export class DraftBuilder {
  readonly drivers: DraftDriver[] = []
  readonly things: DraftThing[] = []
  readonly cables: DraftCable[] = []
  readonly addresses: DraftAddress[] = []
  readonly refused: Refusal[] = []

  fail(origin: Origin, reason: string): void {
    this.refused.push(refuse(origin, reason))
  }

  reading(): Reading {
    const { drivers, things, cables, addresses } = this
    return {
      draft: { drivers, things, cables, addresses, authoritative: false },
      refused: this.refused,
      mangled: [],
      notTaken: [],
    }
  }
}

/** What a text names as a port, `nic-eth:1` or `switch1:nic-eth:4`. */
export function readPortText(text: string): { thing: string; type: string; number: number } | null {
  const match = /^(?:([^:]+):)?([a-z][a-z0-9-]*):(\d{1,9})$/i.exec(text.trim())
  if (!match?.[2] || !match[3]) return null
  return { thing: match[1] ?? '', type: match[2].toLowerCase(), number: Number(match[3]) }
}

/** Values under the same key and port become one attribute, in order. */
export function merged(attributes: readonly DraftAttribute[]): readonly DraftAttribute[] {
  const slots = new Map<string, DraftAttribute>()
  for (const attribute of attributes) {
    const { key, port } = attribute
    // Each automatic number is a row of its own.
    const slot =
      key.number === 'next' ? `next ${slots.size}` : `${port} ${key.key}.${key.subkey ?? ''}#${key.number ?? ''}`
    const known = slots.get(slot)
    slots.set(slot, known ? { ...known, values: [...known.values, ...attribute.values] } : attribute)
  }
  return [...slots.values()]
}
