// The pieces of SVG that the pictures are made of. Everything that comes from an operator goes through `escaped`.
import { drawable, fitted, type Type } from './fit.ts'
import { FAMILY } from './fonts.ts'
import { INK } from './looks.ts'

type Attributes = Readonly<Record<string, string | number>>

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`)
  return children.length === 0
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${children.join('')}</${name}>`
}

function attribute(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// What XML cannot hold: control characters, halves of surrogate pairs, the two non-characters of the first plane.
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

export function escaped(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

export interface Lettering extends Type {
  readonly fill?: string
  readonly anchor?: 'start' | 'middle' | 'end'
  /** The width that there is for it; a longer text is shortened. */
  readonly room?: number
  /** Degrees, clockwise round its point. */
  readonly turn?: number
  /** A white edge, for text that lies on lines. */
  readonly halo?: boolean
}

/** A text whose base line goes through the point. */
export function lettering(x: number, y: number, text: string, options: Lettering): string {
  const { size, weight, fill = INK, anchor = 'start', room, turn, halo = false } = options
  return element(
    'text',
    {
      x,
      y,
      'font-family': FAMILY,
      'font-size': size,
      'font-weight': weight,
      'text-anchor': anchor,
      fill,
      ...(turn === undefined ? {} : { transform: `rotate(${turn} ${x} ${y})` }),
      ...(halo ? { stroke: '#ffffff', 'stroke-width': 4, 'stroke-linejoin': 'round', 'paint-order': 'stroke' } : {}),
    },
    escaped(room === undefined ? drawable(text, weight) : fitted(text, room, options)),
  )
}

/** A whole picture, `width` by `height` pixels, on white: chats have dark backgrounds too. */
export function picture(width: number, height: number, title: string, ...children: readonly string[]): string {
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` },
    element('title', {}, escaped(title)),
    element('rect', { width, height, fill: '#ffffff' }),
    ...children,
  )
}
