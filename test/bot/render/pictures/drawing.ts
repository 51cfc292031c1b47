// Looks at what was drawn: the texts of an SVG with the room that they take, and the pixels of a PNG.
import { inflateSync } from 'node:zlib'
import { widthOfText } from '../../../../src/bot/render/pictures/fit.ts'

export interface DrawnText {
  readonly text: string
  readonly size: number
  readonly left: number
  readonly right: number
  readonly y: number
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** Upright texts are left out: they are measured from below. */
export function textsOf(svg: string): DrawnText[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].flatMap(([, attributes = '', written = '']) => {
    if (attributes.includes('transform=')) return []
    const value = (key: string) => new RegExp(`(?:^| )${key}="([^"]*)"`).exec(attributes)?.[1] ?? ''
    const text = written.replace(/&(#?\w+);/g, (_, entity: string) => ENTITIES[entity] ?? '?')
    const size = Number(value('font-size'))
    const width = widthOfText(text, { size, weight: value('font-weight') === 'bold' ? 'bold' : 'normal' })
    const x = Number(value('x'))
    const left = value('text-anchor') === 'end' ? x - width : value('text-anchor') === 'middle' ? x - width / 2 : x
    return [{ text, size, left, right: left + width, y: Number(value('y')) }]
  })
}

export function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []
  return { width: Number(width), height: Number(height) }
}

/** How often each class is drawn: `mark-square`, `edge-power`. */
export function classesOf(svg: string): Record<string, number> {
  const found: Record<string, number> = {}
  for (const [, name = ''] of svg.matchAll(/class="([^"]+)"/g)) found[name] = (found[name] ?? 0) + 1
  return found
}

export interface Pixels {
  readonly width: number
  readonly height: number
  /** How many pixels are nearly black. */
  readonly dark: number
  /** How many let the background through. */
  readonly clear: number
}

/** Reads a PNG of eight bits a channel with alpha, without interlace: https://www.w3.org/TR/png-3/ */
export function pixelsOf(png: Uint8Array): Pixels {
  const file = Buffer.from(png)
  const chunks: Buffer[] = []
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      chunks.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)))
  const width = file.readUInt32BE(16)
  const height = file.readUInt32BE(20)
  if (file[24] !== 8 || file[25] !== 6) throw new Error('not eight bits of red, green, blue and alpha')
  const rows = inflateSync(Buffer.concat(chunks))
  const stride = width * 4
  let dark = 0
  let clear = 0
  let above = new Uint8Array(stride)
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1)
    const row = unfiltered(rows[start] ?? 0, rows.subarray(start + 1, start + 1 + stride), above)
    for (let x = 0; x < stride; x += 4) {
      if ((row[x] ?? 0) + (row[x + 1] ?? 0) + (row[x + 2] ?? 0) < 200) dark++
      if (row[x + 3] !== 255) clear++
    }
    above = row
  }
  return { width, height, dark, clear }
}

function unfiltered(filter: number, row: Uint8Array, above: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(row.length)
  for (let x = 0; x < row.length; x++) {
    const a = out[x - 4] ?? 0
    const b = above[x] ?? 0
    const c = x < 4 ? 0 : (above[x - 4] ?? 0)
    const guess = filter === 4 ? paeth(a, b, c) : filter === 3 ? (a + b) >> 1 : filter === 2 ? b : filter === 1 ? a : 0
    out[x] = (row[x] ?? 0) + guess
  }
  return out
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c
  const pa = Math.abs(p - a)
  const pb = Math.abs(p - b)
  const pc = Math.abs(p - c)
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}
