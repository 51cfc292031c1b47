// A picture of a rack: what stands on which units, and which are free.
import { momentOf } from '../inventory/query/moment.ts'
import { readElevation } from '../inventory/read/elevation.ts'
import { readCommand } from './command.ts'

export const elevation = readCommand({
  name: 'elevation',
  summary: 'A picture of what stands on the units of a rack, from the front unless another side is asked for',
  syntax: 'elevation <rack:thing> [<side:front|rear|both>] [as of <when>]',
  examples: ['elevation rack101', 'elevation rack102 both'],
  async run({ rack, side, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    const found = await readElevation(view, rack, moment)
    const faces = side === 'both' ? (['front', 'rear'] as const) : [side ?? 'front']
    return { kind: 'picture', picture: { tag: 'elevation', faces, elevation: found } }
  },
})
