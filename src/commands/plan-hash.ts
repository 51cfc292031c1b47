// The hash that an approval is bound to: of the command, the things it is about, what it does, what that
// reaches and what it depends on.
import { createHash } from 'node:crypto'
import type { Target } from './command.ts'

export interface Hashed {
  /** The name of the command and the text as typed. */
  readonly name: string
  readonly command: string
  readonly targets: readonly Pick<Target, 'id' | 'name'>[]
  readonly effects: readonly string[]
  /** What else it reaches. */
  readonly impact: readonly string[]
  readonly facts: Readonly<Record<string, unknown>>
}

/** SHA-256 in hex. The order of targets does not matter, that of effects does. */
export function planHash({ name, command, targets, effects, impact, facts }: Hashed): string {
  const ids = targets.map(({ id, name: called }) => [id, called]).sort(([a], [b]) => Number(a) - Number(b))
  return createHash('sha256')
    .update(canonical({ name, command, targets: ids, effects, impact, facts }))
    .digest('hex')
}

/** JSON with the members of objects in order: two that are the same have the same text. */
export function canonical(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Date) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
}
