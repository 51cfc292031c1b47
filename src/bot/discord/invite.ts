// The link by which a bot is invited into a guild, with the least permissions that it needs.

/** A permission as Discord's settings call it, and its bit. */
export const PERMISSIONS = [
  { name: 'View Channel', bit: 10n, why: 'to see what is typed' },
  { name: 'Send Messages', bit: 11n, why: 'to answer where no thread can be' },
  { name: 'Attach Files', bit: 15n, why: 'for pictures, and answers that are too long' },
  { name: 'Read Message History', bit: 16n, why: 'to catch up on what was typed while it was away' },
  { name: 'Create Public Threads', bit: 35n, why: 'to answer in a thread' },
  { name: 'Send Messages in Threads', bit: 38n, why: 'to answer in a thread' },
] as const

export const permissionBits = PERMISSIONS.reduce((bits, { bit }) => bits | (1n << bit), 0n)

/** What is missing of them, by name. */
export function missingOf(bits: bigint): readonly string[] {
  // An administrator (bit 3) may do everything.
  if ((bits & 8n) !== 0n) return []
  return PERMISSIONS.filter(({ bit }) => (bits & (1n << bit)) === 0n).map(({ name }) => name)
}

export function inviteLink(appId: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${appId}&scope=bot+applications.commands&permissions=${permissionBits}`
}
