// Names for what other systems call as they like.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkName, nameKey } from '../../../src/grammar/name.ts'
import { mangle, Names } from '../../../src/inventory/import/naming.ts'

const give = (originals: readonly string[], names = new Names()): string[] =>
  names.give(originals.map((original, id) => ({ original, qualifier: 'site', id: String(id) })))

describe('names', () => {
  it.each([
    ['Comms closet', 'Comms-closet'],
    ['PP:B128', 'PP-B128'],
    ['D. S. Weaver Labs', 'D.-S.-Weaver-Labs'],
    ['Dunder-Mifflin, Inc.', 'Dunder-Mifflin-Inc.'],
    ['2001:db8::/32', '2001-db8-/32'],
    ['in', 'in-'],
    ['2026-11-01', '2026-11-01-'],
    ['#1', '1'],
    ['***', 'unnamed'],
  ])('mangles %s to %s', (original, name) => {
    expect(mangle(original)).toBe(name)
  })

  it('keeps the clean name where a mangled one clashes with it', () => {
    expect(give(['Comms closet', 'Comms-closet'])).toEqual(['site/Comms-closet', 'Comms-closet'])
  })

  it('qualifies all of a name that is there several times', () => {
    expect(give(['R1', 'r1', 'R2'])).toEqual(['site/R1', 'site/r1-1', 'R2'])
  })

  it('gives each name once, legal, with the letters and digits in order', () => {
    const word = fc.string({ unit: fc.constantFrom(...'aB1 :-/.,#*éß"in'), maxLength: 6 })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.array(word, { maxLength: 12 }), (first, second) => {
        const names = new Names()
        const all = [...give(first, names), ...give(second, names)]
        expect(new Set(all.map(nameKey)).size).toBe(all.length)
        const bare = (text: string) => text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '')
        for (const [at, name] of all.entries()) {
          expect([name, checkName(name)]).toEqual([name, null])
          expect(bare(name)).toContain(bare([...first, ...second][at] ?? ''))
        }
        for (const [at, original] of first.entries()) {
          const unique = first.filter((other) => nameKey(other) === nameKey(original)).length === 1
          if (unique && checkName(original) === null) expect(all[at]).toBe(original)
        }
      }),
    )
  })
})
