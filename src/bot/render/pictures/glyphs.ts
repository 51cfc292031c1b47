// How wide a font's characters are, read from its file, so that a text is known to fit before it is drawn. Tables of
// TrueType: https://learn.microsoft.com/typography/opentype/spec/
import { readFileSync } from 'node:fs'
import { FONT_FILES, type Weight } from './fonts.ts'

export interface Glyphs {
  /** Width of a character at size 1; null where the font does not have it. */
  advance(codePoint: number): number | null
}

const read = new Map<Weight, Glyphs>()

/** Reads the font's file at first use. */
export function glyphsOf(weight: Weight): Glyphs {
  const known = read.get(weight)
  if (known) return known
  const glyphs = readGlyphs(readFileSync(FONT_FILES[weight]))
  read.set(weight, glyphs)
  return glyphs
}

function readGlyphs(file: Buffer): Glyphs {
  const tables = new Map<string, number>()
  for (let at = 12; at < 12 + 16 * file.readUInt16BE(4); at += 16)
    tables.set(file.toString('latin1', at, at + 4), file.readUInt32BE(at + 8))
  const table = (name: string): number => {
    const at = tables.get(name)
    if (at === undefined) throw new Error(`the font has no table ${name}`)
    return at
  }
  const perEm = file.readUInt16BE(table('head') + 18)
  const metrics = file.readUInt16BE(table('hhea') + 34)
  const widths = table('hmtx')
  const glyphOf = characterMap(file, table('cmap'))
  return {
    advance(codePoint) {
      const glyph = glyphOf(codePoint)
      if (glyph === 0) return null
      // The last width is that of all glyphs after it.
      return file.readUInt16BE(widths + 4 * Math.min(glyph, metrics - 1)) / perEm
    },
  }
}

/** The glyph of a code point, 0 for none, by the map's segments of format 12: first, last, glyph of the first. */
function characterMap(file: Buffer, cmap: number): (codePoint: number) => number {
  for (let record = cmap + 4; record < cmap + 4 + 8 * file.readUInt16BE(cmap + 2); record += 8) {
    const map = cmap + file.readUInt32BE(record + 4)
    if (file.readUInt16BE(map) !== 12) continue
    const segments = file.readUInt32BE(map + 12)
    return (codePoint) => {
      let low = 0
      let high = segments - 1
      while (low <= high) {
        const middle = (low + high) >> 1
        const at = map + 16 + 12 * middle
        if (codePoint < file.readUInt32BE(at)) high = middle - 1
        else if (codePoint > file.readUInt32BE(at + 4)) low = middle + 1
        else return file.readUInt32BE(at + 8) + codePoint - file.readUInt32BE(at)
      }
      return 0
    }
  }
  throw new Error('the font has no map of all characters')
}
