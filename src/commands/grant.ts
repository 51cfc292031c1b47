// Gives roles and single commands to people and to groups of a chat, and takes them away. What was written here holds
// from the next message on.
import {
  addGrant,
  endGrants,
  grantsTo,
  type HeldGrant,
  type Holder,
  lastingAdminGrants,
  setUntil,
} from '../inventory/operators/grants.ts'
import { enrolMembers } from '../inventory/operators/group-members.ts'
import { comeBack, enrol } from '../inventory/operators/operators.ts'
import { channelOf } from './channel-of.ts'
import { type Asking, changeCommand, type Plan, type Raise } from './command.ts'
import { CommandError } from './error.ts'
import { grantable, said, scopeText, where, whereWords } from './granted-role.ts'
import { calledBy, type Meant, meantBy } from './mark.ts'
import { secondAdmin } from './second-admin.ts'
import { untilOf } from './until.ts'
import { words } from './words.ts'

// These are of everything or of nothing: what one thing shows it shows of its neighbours too, and who grants could grant
// more than they have.
const UNSCOPED = ['reader', 'admin']

// One account that was taken over must not be enough to get them.
const POWERFUL = ['admin', 'breakglass']

export const grant = changeCommand({
  name: 'grant',
  summary: 'Gives a role, or the right to use one command, to a person or to a group of a chat',
  syntax: 'grant <role:word>... to <operator:mark> [on <scope:expr>] [in <channel>] [until <until:word>]',
  examples: [
    'grant operator to slack:U012AB3CD',
    'grant "attr set" to bob on (driver:Server in rack101) until 2h',
    'grant approver to slack:S012AB3CD in #ops',
  ],
  right: 'admin',
  guarded: false,
  async plan(args, asking): Promise<Plan> {
    const role = grantable(args.role, asking.registry)
    const meant = await meantBy(args.operator, asking)
    if (args.scope && UNSCOPED.includes(role)) throw new CommandError('bad-scope', { reason: role })
    const scope = args.scope ? await scopeText(args.scope, asking) : null
    const channel = args.channel === undefined ? null : channelOf(args.channel)
    const until = args.until === undefined ? null : await untilOf(args.until, asking.view.knex)
    const held = meant.tag === 'newcomer' ? [] : await grantsTo(asking.view.knex, meant)
    const same = held.find((one) => one.role === role && one.scope === scope && one.channel === channel)
    const isNew = !same || same.until?.getTime() !== until?.getTime()
    const what = words`${calledBy(meant)} has ${said(role)}${whereWords({ scope, channel })}`
    const end = args.until === undefined ? '' : `, until ${args.until}`
    return {
      targets: [],
      facts: { to: meant },
      ...(POWERFUL.includes(role) && isNew ? raised(await secondAdmin(asking)) : {}),
      async run({ knex }) {
        if (!isNew) return { kind: 'change', done: [words`${what} already${end}`], changed: 0 }
        const holder = await holderOf(meant, knex)
        if (same) await setUntil(knex, same.id, until)
        else await addGrant(knex, holder, { role, scope, channel, until }, asking.operator)
        const joined = holder.tag === 'group' ? await enrolMembers(knex) : 0
        return {
          kind: 'change',
          done: [...newcomer(meant, holder), words`${what}${end}`, ...members(joined)],
          changed: 1,
        }
      },
    }
  },
})

const raised = (raise: Raise | null): { raise?: Raise } => (raise === null ? {} : { raise })

async function holderOf(meant: Meant, knex: Parameters<typeof enrol>[0]): Promise<Holder> {
  if (meant.tag !== 'newcomer') return meant
  const id = await enrol(knex, meant.identity)
  await comeBack(knex, id)
  return { tag: 'operator', id, name: meant.identity }
}

function newcomer(meant: Meant, holder: Holder): string[] {
  return meant.tag === 'newcomer' && holder.tag === 'operator' ? [`${meant.identity} is an operator now`] : []
}

function members(joined: number): string[] {
  if (joined === 0) return []
  return [joined === 1 ? 'one of its members is an operator by that' : `${joined} of its members are operators by that`]
}

export const revoke = changeCommand({
  name: 'revoke',
  summary: 'Takes a role, or the right to use one command, away again',
  syntax: 'revoke <role:word>... from <operator:mark> [on <scope:expr>] [in <channel>]',
  examples: ['revoke approver from bob'],
  right: 'admin',
  guarded: false,
  async plan(args, asking): Promise<Plan> {
    const role = grantable(args.role, asking.registry)
    const meant = await meantBy(args.operator, asking)
    const scope = args.scope ? await scopeText(args.scope, asking) : null
    const channel = args.channel === undefined ? null : channelOf(args.channel)
    const held = meant.tag === 'newcomer' ? [] : await grantsTo(asking.view.knex, meant)
    const ended = held.filter(
      (one) =>
        one.role === role && (scope === null || one.scope === scope) && (channel === null || one.channel === channel),
    )
    const name = calledBy(meant)
    if (ended.length === 0)
      throw new CommandError('no-such-grant', {
        operator: name,
        role: said(role),
        held: held.map((one) => `${one.role}${where(one)}`),
      })
    if (role === 'admin') await refuseLastAdmin(asking, name, ended)
    const done = ended.map((one) => words`${name} no longer has ${said(role)}${whereWords(one)}`)
    return {
      targets: [],
      facts: { ended: ended.map(({ id }) => id) },
      ...(role === 'admin' ? raised(await raiseOfRevoking(asking, meant)) : {}),
      async run({ knex }) {
        await endGrants(
          knex,
          ended.map(({ id }) => id),
          asking.operator,
        )
        return { kind: 'change', done: [...done, ...stillConfigured(ended)], changed: ended.length }
      },
    }
  },
})

async function refuseLastAdmin({ view }: Asking, name: string, ended: readonly HeldGrant[]): Promise<void> {
  const lasting = await lastingAdminGrants(view.knex)
  const gone = new Set(ended.map(({ id }) => id))
  if (lasting.some((id) => gone.has(id)) && lasting.every((id) => gone.has(id)))
    throw new CommandError('last-admin', { operator: name })
}

/** One's own is one's own word; another's is that of a third, where there is one who could say it. */
async function raiseOfRevoking(asking: Asking, meant: Meant): Promise<Raise | null> {
  if (meant.tag !== 'operator') return secondAdmin(asking)
  if (meant.id === asking.standing.operator?.id) return 'confirm'
  return (await secondAdmin(asking, [meant.id])) ?? 'confirm'
}

const CONFIGURED = 'CLUSTO_ADMINS'

function stillConfigured(ended: readonly HeldGrant[]): string[] {
  return ended.some(({ granted_by }) => granted_by === CONFIGURED)
    ? [`${CONFIGURED} names them still: take it out there too, or it comes back when the bot starts again`]
    : []
}
