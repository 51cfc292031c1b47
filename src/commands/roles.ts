// The roles and what each may do. They come with the bot: a role more is a grant of single commands.

/** What a command asks of whoever uses it. `anyone` is for what an unknown identity needs to become known. */
export type Right = 'read' | 'operate' | 'approve' | 'protect' | 'admin' | 'breakglass' | 'anyone'

export interface Role {
  readonly name: string
  readonly summary: string
  readonly rights: readonly Right[]
}

export const ROLES: readonly Role[] = [
  { name: 'reader', summary: 'reads', rights: ['read'] },
  { name: 'operator', summary: 'also changes, runs jobs and proposes', rights: ['read', 'operate'] },
  {
    name: 'approver',
    summary: 'also approves, protects and freezes',
    rights: ['read', 'operate', 'approve', 'protect'],
  },
  {
    name: 'admin',
    summary: 'also grants and sets rules',
    rights: ['read', 'operate', 'approve', 'protect', 'admin'],
  },
  // In no other role: an admin has it where it was granted.
  {
    name: 'breakglass',
    summary: 'skips approvals, for a review; not in admin',
    rights: ['breakglass'],
  },
]

export function roleNamed(name: string): Role | undefined {
  return ROLES.find((role) => role.name === name.toLowerCase())
}

/** The roles that say yes to what needs this right: those that approve, and may do it themselves. */
export function rolesThatApprove(right: Right): string[] {
  const needed = right === 'operate' ? 'approve' : right
  return ROLES.flatMap(({ name, rights }) => (rights.includes('approve') && rights.includes(needed) ? [name] : []))
}
