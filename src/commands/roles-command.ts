// What each role may do, and who has it.
import { allGrants, type HeldBy } from '../inventory/operators/grants.ts'
import { readCommand } from './command.ts'
import { where } from './granted-role.ts'
import { ROLES, roleNamed } from './roles.ts'

export const roles = readCommand({
  name: 'roles',
  summary: 'The roles and single commands that were granted: what each may do, and who has it',
  syntax: 'roles',
  examples: ['roles'],
  async run(_args, { view }) {
    const grants = await allGrants(view.knex)
    const single = [...new Set(grants.flatMap(({ role }) => (roleNamed(role) ? [] : [role])))].sort()
    return {
      kind: 'table',
      columns: ['role', 'may', 'who'],
      rows: [
        ...ROLES.map(({ name, summary }) => [name, summary, holders(grants, name)]),
        ...single.map((name) => [name, `reads, and uses ${name}`, holders(grants, name)]),
      ],
    }
  },
})

function holders(grants: readonly HeldBy[], role: string): string {
  const held = grants.filter((one) => one.role === role)
  return held.map((one) => `${one.holder}${where(one)}`).join(', ') || 'nobody'
}
