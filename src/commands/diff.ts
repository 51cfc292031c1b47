// What differs between two moments of the inventory.
import { momentOf } from '../inventory/query/moment.ts'
import { diffRows } from '../inventory/versions/diff.ts'
import { readCommand } from './command.ts'

const NARROWER = 'ask for fewer things with an expression, such as `diff 1h ago driver:server in rack101`'

export const diff = readCommand({
  name: 'diff',
  summary: 'What changed between a moment and now, or between two moments; of all things or of some',
  syntax: 'diff <from:when> [<to:when>] [<query>]',
  examples: ['diff 1h ago', 'diff version 1 version 2', 'diff 2h ago driver:Server in rack101'],
  async run({ from, to, query }, { view, now }) {
    const before = await momentOf(view, from, now)
    const after = await momentOf(view, to ?? null, now)
    const { rows, capped, warnings } = await diffRows(view, before, after, query ?? null, now)
    return {
      kind: 'table',
      columns: ['thing', 'change'],
      rows: rows.map(({ thing, change }) => [thing, change]),
      ...(capped && { more: `there are more changes than these ${rows.length}: ${NARROWER}` }),
      warnings,
    }
  },
})
