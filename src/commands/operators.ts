// Who the bot knows: people, the identities by which chats and operating systems know them, and what they have.
import { allGrants } from '../inventory/operators/grants.ts'
import { listOperators } from '../inventory/operators/operators.ts'
import { readCommand } from './command.ts'
import { where } from './granted-role.ts'

export const operators = readCommand({
  name: 'operators',
  summary: 'The operators, their identities in each chat, and what they were granted',
  syntax: 'operators',
  examples: ['operators'],
  async run(_args, { view }) {
    const [found, grants] = await Promise.all([listOperators(view.knex), allGrants(view.knex)])
    return {
      kind: 'table',
      columns: ['operator', 'identities', 'roles', 'since', 'last change'],
      rows: found.map(({ id, name, identities, created_at, seen }) => {
        const held = grants.filter(({ operator_id }) => operator_id === id)
        return [
          name,
          identities.join(', '),
          held
            .map((one) => `${one.role}${where(one)}${one.until ? ` until ${one.until.toISOString()}` : ''}`)
            .join(', ') || 'none',
          created_at.toISOString(),
          seen?.toISOString() ?? null,
        ]
      }),
    }
  },
})
