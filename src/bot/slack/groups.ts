// Who is in Slack's user groups: roles can be granted to a group, so the bot is told of its members as they change.
import type { webApi } from '@slack/bolt'
import { field, list, text } from './payload.ts'
import { addScopes } from './refused.ts'
import { refusalOf } from './trouble.ts'

export type SetMembers = (group: string, identities: readonly string[]) => Promise<void>

/** All of them. Throws what the client throws. */
export async function readGroups(client: webApi.WebClient, setMembers: SetMembers): Promise<void> {
  const found: unknown = await client.usergroups.list({ include_disabled: true, include_users: true })
  for (const group of list(found, 'usergroups')) {
    const id = text(group, 'id')
    if (id === null) continue
    // One that was switched off has nobody in it, whatever Slack still remembers.
    if (Number(field(group, 'date_delete') ?? 0) > 0) await setMembers(`slack:${id}`, [])
    else if (Array.isArray(field(group, 'users'))) await setMembers(`slack:${id}`, identities(list(group, 'users')))
    else await readGroup(client, id, setMembers)
  }
}

/** Throws what the client throws. */
export async function readGroup(client: webApi.WebClient, id: string, setMembers: SetMembers): Promise<void> {
  // One that was switched off has no list any more.
  const found: unknown = await client.usergroups.users.list({ usergroup: id })
  await setMembers(`slack:${id}`, identities(list(found, 'users')))
}

export const GROUPS_SCOPE = 'usergroups:read'

/** Slack does not let the bot read them, and will not until somebody has done something. */
export const isGroupsRefused = (error: unknown): boolean =>
  /^(?:missing_scope|access_denied|permission_denied)$/.test(refusalOf(error) ?? '')

export const groupsRefused = (error: unknown): Error =>
  new Error(
    `Slack does not say who is in its user groups (${refusalOf(error)}): nobody has what was granted to one; ${addScopes([GROUPS_SCOPE])}`,
  )

const identities = (users: readonly unknown[]): string[] =>
  users.flatMap((user) => (typeof user === 'string' ? [`slack:${user}`] : []))
