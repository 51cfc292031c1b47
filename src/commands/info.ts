// Everything that is known about things: attributes, where they are, addresses and ports.
import { nameAlone, select } from '../inventory/query/select.ts'
import { infoOf, infoOfNamed } from '../inventory/read/info.ts'
import { readCommand } from './command.ts'

export const info = readCommand({
  name: 'info',
  summary: 'Everything that is known about things',
  syntax: 'info <query>',
  examples: ['info server1', 'info rack101 as of version 1'],
  async run({ query }, { view, now, limit }) {
    const name = nameAlone(query)
    const named = name === null ? null : await infoOfNamed(view, name)
    if (named) return { kind: 'info', things: [named], total: 1, capped: false, warnings: [] }
    const { things, total, capped, moment, warnings } = await select(view, query, { limit, now })
    return {
      kind: 'info',
      things: await infoOf(view, things, moment),
      total,
      capped: capped || total > things.length,
      warnings,
    }
  },
})
