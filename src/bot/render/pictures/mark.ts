// The sign of a thing's status, told apart by its shape also where colours are not seen.
import type { Standing } from '../../../inventory/read/standing.ts'
import { MARKS } from './looks.ts'
import { element } from './svg.ts'

/** Some 12 pixels high and wide, round a point. */
export function markAt(x: number, y: number, standing: Standing): string {
  const { shape, colour } = MARKS[standing]
  const class_ = `mark-${shape}`
  switch (shape) {
    case 'square':
      return element('path', { class: class_, d: `M${x - 5} ${y - 5}h10v10h-10z`, fill: colour })
    case 'circle':
      return element('circle', {
        class: class_,
        cx: x,
        cy: y,
        r: 4.6,
        fill: '#ffffff',
        stroke: colour,
        'stroke-width': 2.4,
      })
    case 'triangle':
      return element('path', { class: class_, d: `M${x} ${y - 6}l6.5 11.5h-13z`, fill: colour })
    case 'diamond':
      return element('path', {
        class: class_,
        d: `M${x} ${y - 6}l6 6l-6 6l-6 -6z`,
        fill: '#ffffff',
        stroke: colour,
        'stroke-width': 1.8,
      })
    default:
      return shape satisfies never
  }
}
