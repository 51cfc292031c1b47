// What a console shows becomes plain text, in pages that a phone shows at once, and nothing of it is lost.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { paged, plainOutput } from '../../../src/jobs/console/pages.ts'

it('makes output plain', () => {
  expect(plainOutput('\x1b[1;31mred\x1b[0m\r\n\x1b]0;title\x07a\tb\x08\rc\n[x\x1b(B')).toBe('red\na\tb\nc\n[x')
})

it('fills the last page first, and begins another when it is full', () => {
  expect(paged('login: ', 'root\nPassword: ')).toEqual(['login: root\nPassword: '])
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join('')
  expect(paged('', lines).map((page) => page.split('\n').length - 1)).toEqual([15, 5])
  expect(paged('', 'x'.repeat(2000)).map(({ length }) => length)).toEqual([900, 900, 200])
})

it('loses nothing', () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', '\n', 'long '), maxLength: 700 }), { maxLength: 8 })
  fc.assert(
    fc.property(texts, (pieces) => {
      let pages = ['']
      for (const piece of pieces) pages = [...pages.slice(0, -1), ...paged(pages.at(-1) ?? '', piece)]
      expect(pages.join('')).toBe(pieces.join(''))
      for (const page of pages) expect(page.split('\n').length).toBeLessThanOrEqual(17)
    }),
  )
})
