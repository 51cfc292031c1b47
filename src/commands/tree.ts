// What is in a thing, or what it is in, level by level.
import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { treeLines } from '../inventory/read/tree.ts'
import { readCommand } from './command.ts'

export const tree = readCommand({
  name: 'tree',
  summary: 'What is in a thing, level by level; with `parents`, what it is in',
  syntax: 'tree <thing> [parents] [as of <when>]',
  examples: ['tree rack101', 'tree server1 parents'],
  async run({ thing, parents, when }, { view, now }) {
    const moment = await momentOf(view, when ?? null, now)
    const root = await lookup(view, thing, moment)
    return { kind: 'lines', lines: await treeLines(view, root, { parents: parents === true, moment }) }
  },
})
