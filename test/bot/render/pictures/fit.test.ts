// Texts that fit: measured, shortened in the middle, and without what the font or XML cannot hold.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawable, fitted, widthOfText, wrapped } from '../../../../src/bot/render/pictures/fit.ts'
import { escaped } from '../../../../src/bot/render/pictures/svg.ts'

const TYPE = { size: 14, weight: 'normal' } as const

describe('a text in a picture', () => {
  it('is shortened in the middle, since names differ at their ends', () => {
    expect(fitted('server1', 200, TYPE)).toBe('server1')
    expect(fitted('storage-shelf-in-the-north-west-corner-0001', 120, TYPE)).toMatch(/^storage.*….*0001$/)
    expect(fitted('server1', 1, TYPE)).toBe('…')
  })

  it('never takes more room than there is, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 20, max: 300 }), (text, room) => {
        expect(widthOfText(fitted(text, room, TYPE), TYPE)).toBeLessThanOrEqual(room)
      }),
    )
  })

  it('shows a box for what the font does not have, and leaves out what cannot be seen', () => {
    expect(drawable('räck-東京 🚀', 'bold')).toBe('räck-□□ □')
    expect(drawable('a\u202eb\u0007', 'normal')).toBe('ab')
  })

  it('is measured as wide as the font draws it: an M is wider than an i, bold is wider than normal', () => {
    expect(widthOfText('MMMM', TYPE)).toBeGreaterThan(2 * widthOfText('iiii', TYPE))
    expect(widthOfText('server1', { size: 14, weight: 'bold' })).toBeGreaterThan(widthOfText('server1', TYPE))
    // 1,303 of 2,048 units in DejaVu Sans.
    expect(widthOfText('0', { size: 2048, weight: 'normal' })).toBe(1303)
  })

  it('of many words is broken between them, and counted where there are too many', () => {
    const words = Array.from({ length: 30 }, (_, at) => `server${at}`)
    expect(wrapped(words, 2000, TYPE, 4)).toEqual([words.join(' ')])
    const lines = wrapped(words, 200, TYPE, 3)
    expect(lines).toHaveLength(3)
    expect(lines[2]).toMatch(/^… and \d+ more$/)
  })

  it('means nothing to XML', () => {
    expect(escaped(`a&b<c>"d"'e'`)).toBe('a&amp;b&lt;c&gt;&quot;d&quot;&#39;e&#39;')
    expect(escaped('a\u0000\u001b\ud800b\uffff')).toBe('ab')
  })
})
