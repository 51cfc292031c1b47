import { describe, expect, test } from 'vitest'
import { clip, pad, safe, widthOf } from '../../../src/bot/render/width.ts'

describe('the width of a text', () => {
  test.each([
    ['server1', 7],
    ['', 0],
    ['größe', 5],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['a\u200bb', 2],
  ])('%s', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })
})

test('a text that is cut ends in an ellipsis and keeps to the width', () => {
  expect(clip('server1', 7)).toBe('server1')
  expect(clip('server10', 7)).toBe('server…')
  expect(clip('日本語', 4)).toBe('日…')
  expect(clip('abc', 0)).toBe('')
})

test('padding counts columns, not characters', () => {
  expect(`${pad('日本', 6)}|`).toBe('日本  |')
  expect(pad('7', 3, 'left')).toBe('  7')
})

test('what would move the cursor, or turn the direction of writing, does not come through', () => {
  expect(safe('a\x1b[2Jb\x07\x9b1m')).toBe('a[2Jb1m')
  expect(safe('x\u202egnp.exe')).toBe('xgnp.exe')
  expect(safe('two\nlines\t!')).toBe('two\\nlines\\t!')
  expect(safe('two\nlines', 'lines')).toBe('two\nlines')
})

// Time that grows with the square of the length would be minutes.
test.each([
  ['😀', 2],
  ['e\u0301', 1],
  ['👩‍👩‍👧‍👦', 2],
])('a long text of %s is as wide as its parts', (piece, columns) => {
  expect(widthOf(piece.repeat(20_000))).toBe(20_000 * columns)
  expect(clip(piece.repeat(20_000), 11)).toBe(`${piece.repeat(10 / columns)}…`)
})
