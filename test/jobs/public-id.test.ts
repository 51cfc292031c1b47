// Ids that people type: a slip of one character, or the id of something else, names nothing.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { publicId, readPublicId } from '../../src/jobs/public-id.ts'

const ids = fc.integer({ min: 1, max: 1_000_000 })

describe('a public id', () => {
  it('is read back, in capitals, with # and with spaces around it too', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const text = publicId(id)
        expect(text).toMatch(/^\d+-[2-9a-hjkmnp-z]{3}$/)
        expect([text, text.toUpperCase(), ` #${text} `].map((one) => readPublicId(one))).toEqual([id, id, id])
      }),
    )
  })

  it('never changes: people have written it down', () => {
    expect([publicId(812), publicId(812, 'proposal')]).toMatchInlineSnapshot(`
      [
        "812-aen",
        "812-3b9",
      ]
    `)
  })

  it('of a job is none of a proposal', () => {
    const mixed = Array.from({ length: 2000 }, (_, n) => readPublicId(publicId(n + 1, 'job'), 'proposal'))
    // One in 24,389 by chance.
    expect(mixed.filter((id) => id !== null).length).toBeLessThanOrEqual(1)
  })

  it('names nothing with another number', () => {
    const slips = Array.from({ length: 2000 }, (_, n) => readPublicId(publicId(n + 1).replace(/^\d+/, `${n + 2}`)))
    expect(slips.filter((id) => id !== null).length).toBeLessThanOrEqual(1)
  })

  it.each(['', '812', '812-', '-k7f', '0-222', '812-k7f9', 'x12-k7f', '99999999999999999999-k7f', '8 12-k7f'])(
    'is not %j',
    (text) => expect(readPublicId(text)).toBeNull(),
  )
})
