// Who is meant by a mark such as `bob`, `slack:U012AB3CD`, `<@U012AB3CD>` or `@oncall`: an operator that there is, an
// identity that nobody knows yet, or a group of a chat.
import { suggest } from '../grammar/suggest.ts'
import type { Holder } from '../inventory/operators/grants.ts'
import { isGroup } from '../inventory/operators/memberships.ts'
import { listOperators, type OperatorRow } from '../inventory/operators/operators.ts'
import type { Asking } from './command.ts'
import { CommandError } from './error.ts'

/** `newcomer`: an identity that becomes an operator by what it is given. */
export type Meant = Holder | { readonly tag: 'newcomer'; readonly identity: string }

// What the identities of each chat look like; others are slips of the finger, and would never ask anything.
const IDENTITIES: Readonly<Record<string, RegExp>> = {
  slack: /^[UW][A-Z0-9]{2,20}$/,
  discord: /^\d{2,20}$/,
  os: /^[\p{L}_][\p{L}\p{N}_.@-]{0,63}$/u,
  demo: /^[a-z]+$/,
}
const KNOWN_CHATS = Object.keys(IDENTITIES)

/** Throws CommandError `unknown-operator`, `not-picked`. */
export async function meantBy(mark: string, { view, operator: asker }: Asking): Promise<Meant> {
  const text = unmarked(mark, asker.slice(0, asker.indexOf(':')))
  const operators = await listOperators(view.knex)
  const group = groupOf(text)
  if (group !== null) return { tag: 'group', group }
  const [, where, called] = /^(?:(slack|discord):)?@([^\s:]{1,80})$/.exec(text) ?? []
  if (called !== undefined) return calledSo(called, where ?? null, operators, view)
  const known = operators.find((one) => one.identities.includes(text)) ?? named(operators, text)
  if (known) return { tag: 'operator', id: known.id, name: known.name }
  const [, chat = '', rest = ''] = /^([a-z]+):(.+)$/s.exec(text) ?? []
  if (IDENTITIES[chat]?.test(rest)) return { tag: 'newcomer', identity: text }
  const near = suggest(text, [...operators.map(({ name }) => name), ...operators.flatMap((one) => one.identities)])
  throw new CommandError('unknown-operator', { mark: text, chats: KNOWN_CHATS, suggestions: near })
}

/** As it is said to people. */
export function calledBy(meant: Meant): string {
  switch (meant.tag) {
    case 'operator':
      return meant.name
    case 'group':
      return meant.group
    case 'newcomer':
      return meant.identity
  }
}

function named(operators: readonly OperatorRow[], text: string): OperatorRow | undefined {
  return operators.find(({ name }) => name === text) ?? operators.find(({ name }) => same(name, text))
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Without what a chat makes of a mention: `<@U012AB3CD>`, `<!subteam^S012AB3CD|@oncall>`, `<@&1234>` of a role. */
function unmarked(mark: string, chat: string): string {
  if (chat !== 'slack' && chat !== 'discord') return mark
  const [, user, team, role] = /^<(?:@!?(\w+)(?:\|[^>]*)?|!subteam\^(\w+)(?:\|[^>]*)?|@&(\d+))>$/.exec(mark) ?? []
  if (user !== undefined) return `${chat}:${user}`
  if (team !== undefined) return `${chat}:${team}`
  if (role !== undefined) return `${chat}:@${role}`
  return mark.startsWith('@') ? `${chat}:${mark}` : mark
}

/** `slack:S012AB3CD`, `discord:@1234`: under this the chat's adapter keeps its members. */
function groupOf(text: string): string | null {
  return /^(?:slack:S[A-Z0-9]{2,20}|discord:@\d{2,20})$/.test(text) ? text : null
}

/** `@bob` that was typed and not picked: the chat has not said who that is. */
async function calledSo(
  called: string,
  chat: string | null,
  operators: readonly OperatorRow[],
  { knex }: Asking['view'],
): Promise<Meant> {
  const known = named(operators, called)
  if (known) return { tag: 'operator', id: known.id, name: known.name }
  const group = `${chat}:@${called}`
  if (chat !== null && (await isGroup(knex, group))) return { tag: 'group', group }
  throw new CommandError('not-picked', {
    mark: `@${called}`,
    suggestions: suggest(
      called,
      operators.map(({ name }) => name),
    ),
  })
}
