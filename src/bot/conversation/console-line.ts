// Lines that begin with `>` go to the console that is open in their thread, from who has opened it and still may. What was
// typed may be a password: it is kept nowhere but until it is sent, and neither logged nor shown again.
import type { Knex } from 'knex'
import { consoleCommand } from '../../commands/console.ts'
import { CommandError } from '../../commands/error.ts'
import { targetsOf } from '../../commands/found-job.ts'
import { authorize, decide, granted } from '../../commands/permit.ts'
import { recordAudit } from '../../inventory/operators/audit.ts'
import { identitiesOf } from '../../inventory/operators/links.ts'
import { type Standing, standingOf } from '../../inventory/operators/standing.ts'
import { consoleIn, type OpenConsole, typeLines } from '../../jobs/console/open-consoles.ts'
import { publicId } from '../../jobs/public-id.ts'
import { runWithSteps } from '../../jobs/read.ts'
import { BotError } from '../error.ts'
import { type Item, keepOnly } from '../inbox/inbox.ts'
import type { Incoming } from '../inbox/incoming.ts'
import { refusalOf } from '../refusal.ts'
import { answerPost } from '../render/posts/answer-post.ts'
import { type Room, settle } from './room.ts'

type Message = Item & { readonly incoming: Extract<Incoming, { kind: 'message' }> }

// Characters of a line, and lines of a message: a console is typed to.
const LONGEST = 1000
const MOST = 50

export const isForConsole = (text: string): boolean => text.startsWith('>')

/** `isLate`: what it was typed for may be over. Throws ClaimLost, and what the database throws. */
export async function attendLine(item: Message, { isLate }: { readonly isLate: boolean }, room: Room): Promise<void> {
  const { incoming } = item
  const { knex } = room.bot.inventory.database
  const standing = await standingOf(knex, incoming.author)
  const console = await consoleIn(knex, incoming.chat, incoming.thread)
  const lines = linesOf(incoming.text)
  try {
    if (console === null) throw new BotError('console-closed', {})
    if (isLate) throw new BotError('console-late', {})
    await refuse(console, standing, incoming, room)
    if (lines.length > MOST || lines.some(({ length }) => length > LONGEST))
      throw new BotError('console-too-long', { lines: MOST, characters: LONGEST })
    await knex.transaction(async (transaction) => {
      if (!(await typeLines(transaction, console.id, incoming.author, lines))) throw new BotError('console-closed', {})
      await audit(transaction, { console, standing, item, outcome: `typed ${lines.length}` })
      await keepOnly(transaction, item)
      await settle(transaction, room, item, null)
    })
  } catch (error) {
    if (!(error instanceof BotError || error instanceof CommandError)) throw error
    const refused = { tag: 'refused', command: '', refusal: refusalOf(error, '') } as const
    const draft = answerPost(refused, { asker: incoming.author, quote: null })
    await knex.transaction(async (transaction) => {
      if (console !== null && error.code !== 'console-closed')
        await audit(transaction, { console, standing, item, outcome: `refused: ${error.code}` })
      await keepOnly(transaction, item)
      await settle(transaction, room, item, draft)
    })
  }
}

/** What stands behind each `>`; what else is in the message is said to people. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('>'))
    .map((line) =>
      line
        .replace(/^> ?/, '')
        .replaceAll(CONTROLS, '')
        .replace(/[“”„‟]/g, '"')
        .replace(/[‘’‚‛]/g, "'"),
    )
}

// What a chat's own characters would do to a console.
const CONTROLS = /(?!\t)\p{Cc}|[\u200b\u2060\ufeff]/gu

/** Throws BotError `console-not-yours`, CommandError `not-permitted`, `out-of-scope`. */
async function refuse(
  { opener, by, thing, run_id }: OpenConsole,
  standing: Standing,
  { author, channel }: Incoming,
  { bot }: Room,
): Promise<void> {
  const { inventory, language } = bot
  const { knex } = inventory.database
  const own = standing.operator === null ? [author] : await identitiesOf(knex, standing.operator.id)
  if (opener !== author && !own.includes(opener)) throw new BotError('console-not-yours', { thing, by })
  const allowed = granted(decide(standing, consoleCommand, channel))
  const found = await runWithSteps(knex, run_id)
  const targets = found ? await targetsOf(knex, found.run) : []
  await inventory.read((view) => authorize(view, language, allowed, targets))
}

interface Audited {
  readonly console: OpenConsole
  readonly standing: Standing
  readonly item: Message
  readonly outcome: string
}

/** That lines were typed, how many and by whom: never what they say. */
function audit(knex: Knex, { console, standing, item, outcome }: Audited): Promise<void> {
  const { author, chat, thread } = item.incoming
  return recordAudit(knex, {
    ...{ identity: author, operator: standing.operator?.name ?? null, chat, message: thread },
    ...{ command: `lines typed into the console of ${console.thing}`, name: consoleCommand.name },
    decision: outcome.startsWith('refused') ? 'denied' : 'allowed',
    ...{ rule: null, proposal: null, planHash: null, approvers: [], outcome, because: null, version: null },
    ...{ job: publicId(console.run_id), things: [console.thing_id] },
  })
}
