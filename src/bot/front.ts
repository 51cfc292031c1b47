// The bot as the adapters see it.

import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { decide, mayRead } from '../commands/permit.ts'
import { pendingProposals } from '../commands/proposal.ts'
import { identitiesOf } from '../inventory/operators/links.ts'
import { emptyGroups, setGroups, setMembers } from '../inventory/operators/memberships.ts'
import { standingOf } from '../inventory/operators/standing.ts'
import { publicId } from '../jobs/public-id.ts'
import { listRuns } from '../jobs/read.ts'
import type { Front } from './adapter.ts'
import { wordsAfter } from './completion.ts'
import { ConsoleThreads } from './console-threads.ts'
import type { Intake } from './inbox/intake.ts'
import { withoutSecrets } from './inbox/without-secrets.ts'
import { keptButton } from './outbox/buttons.ts'
import { homeOf, keep, keptFile } from './outbox/keep.ts'
import { holdChat, leaveChat } from './outbox/outbox.ts'
import type { Bot } from './pipeline.ts'
import { homePost } from './render/posts/home-post.ts'

export interface FrontOptions {
  readonly bot: Bot
  readonly intake: Pick<Intake, 'take'>
  readonly onTrouble: (chat: string, error: unknown) => void
}

const COMPLETIONS = 25
// In milliseconds: a chat waits for three seconds.
const PATIENCE = 2000
const JOBS = 10
const DAY = 24 * 3_600_000
const DIRECTS = 500

export function createFront({ bot, intake, onTrouble }: FrontOptions): Front {
  const { knex } = bot.inventory.database
  const consoles = new ConsoleThreads(knex)
  const by = `${hostname()}:${process.pid} ${randomBytes(4).toString('hex')}`
  return {
    async take(incoming) {
      const begun = performance.now()
      await intake.take(withoutSecrets(incoming, bot))
      bot.tally?.acknowledged(incoming.chat, (performance.now() - begun) / 1000)
    },
    complete: async (text, author, channel) => {
      const found = wordsAfter(text, author, bot, channel).then(({ from, words }) =>
        words.slice(0, COMPLETIONS).map((word) => `${text.slice(0, from)}${word}`),
      )
      // Nothing is better than an answer that comes too late.
      return Promise.race([found, pause(PATIENCE, [])]).catch(() => [])
    },
    async formOf(id, author) {
      const button = await keptButton(knex, id)
      if (!button || button.used_by !== null || (button.only_for !== null && button.only_for !== author)) return null
      return button.action.tag === 'form' ? button.action.form : null
    },
    home: (author) => home(author, bot),
    async file(id) {
      const content = await keptFile(knex, id)
      if (content === null) throw new Error('a file that is not there any more')
      return content
    },
    setMembers: (group, identities) => setMembers(knex, group, identities),
    emptyGroups: (chat) => emptyGroups(knex, chat),
    setGroups: (chat, identity, groups) => setGroups(knex, chat, identity, groups),
    async heardUntil(chat) {
      const { rows } = await knex.raw<{ rows: { until: Date }[] }>('select until from chats_heard where chat = ?', [
        chat,
      ])
      return rows[0]?.until ?? null
    },
    async setHeardUntil(chat, at) {
      await knex.raw(
        `insert into chats_heard (chat, until) values (?, ?)
         on conflict (chat) do update set until = greatest(chats_heard.until, excluded.until)`,
        [chat, at],
      )
    },
    async directs(chat) {
      const { rows } = await knex.raw<{ rows: { thread: string }[] }>(
        `select incoming ->> 'thread' as thread from inbox
         where chat = ? and incoming ->> 'channel' is null and stored_at > clock_timestamp() - interval '30 days'
         group by 1 order by max(id) desc limit ${DIRECTS}`,
        [chat],
      )
      return rows.map(({ thread }) => thread)
    },
    hold: (role, seconds) => holdChat(knex, role, by, seconds),
    release: (role) => leaveChat(knex, role, by),
    wants: (thread) => consoles.has(thread),
    trouble: onTrouble,
  }
}

/** What waits for the word of whoever looks, and their jobs that are under way or ended within a day. */
async function home(author: string, { inventory }: Bot) {
  const { knex } = inventory.database
  const standing = await standingOf(knex, author)
  const mine = standing.operator === null ? [author] : await identitiesOf(knex, standing.operator.id)
  const isReader = mayRead(standing, null)
  const isApprover = decide(standing, { name: 'approve', right: 'approve' }, null).tag === 'allowed'
  const jobs = isReader ? await listRuns(knex, { operators: mine, limit: JOBS }) : []
  const pending = isReader ? await pendingProposals(knex) : []
  const draft = homePost({
    of: author,
    pending: pending.flatMap(({ id, command, by, expires_at, operator_id, level, typed }) => {
      const isOwn = operator_id === standing.operator?.id
      if (!isOwn && (level === 'confirm' || !isApprover)) return []
      const yes = level === 'confirm' ? 'confirm' : isOwn ? null : 'approve'
      return [{ id: publicId(id, 'proposal'), command, by, expires: expires_at.toISOString(), yes, typed }]
    }),
    jobs: jobs
      .filter(({ ended_at }) => ended_at === null || Date.now() - ended_at.getTime() < DAY)
      .map(({ id, command, state, step }) => ({ id: publicId(id), command, state, step })),
  })
  return keep(knex, { chat: chatOf(author), key: homeOf(author), answers: null }, draft)
}

const chatOf = (identity: string): string => identity.slice(0, identity.indexOf(':'))
