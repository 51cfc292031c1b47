// The chats of this process: what comes from them is taken, answered and said again. Begun before anything else that stays,
// since a token that is wrong ends the process; and ended first.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Adapter } from './adapter.ts'
import { Clerk } from './conversation/clerk.ts'
import { type ChatFaults, NO_CHAT_FAULTS } from './fault.ts'
import { createFront } from './front.ts'
import { BOUND } from './inbox/floods.ts'
import { forgetClaims } from './inbox/inbox.ts'
import { Intake } from './inbox/intake.ts'
import { Spool } from './inbox/spool.ts'
import { forgetHolders } from './outbox/outbox.ts'
import { Reporter } from './outbox/reporter.ts'
import { Sender } from './outbox/sender.ts'
import type { Bot } from './pipeline.ts'

const LEASE = 10
// In milliseconds, for the last messages.
const FAREWELL = 4000

export interface ChatsOptions {
  readonly bot: Bot
  readonly adapters: readonly Adapter[]
  /** Where the spool is. */
  readonly directory: string
  readonly onTrouble: (about: string, error: unknown) => void
  readonly faults?: ChatFaults
  /** Seconds after which another process takes over what this one has, where it says nothing. */
  readonly lease?: number
  /** How much of one person may wait. */
  readonly bound?: number
}

export class Chats {
  readonly #options: ChatsOptions
  readonly #intake: Intake
  readonly #clerk: Clerk
  readonly #reporter: Reporter
  readonly #senders: readonly Sender[]

  constructor(options: ChatsOptions) {
    this.#options = options
    const { bot, adapters, directory, onTrouble, faults = NO_CHAT_FAULTS, lease = LEASE, bound = BOUND } = options
    const { knex } = bot.inventory.database
    const about = (what: string) => (error: unknown) => onTrouble(what, error)
    this.#senders = adapters.map((chat) => new Sender({ knex, chat, faults, lease, onTrouble: about(chat.name) }))
    this.#reporter = new Reporter({
      inventory: bot.inventory,
      chats: adapters,
      registry: bot.commands,
      onTrouble: about('telling of jobs'),
    })
    this.#clerk = new Clerk({
      bot,
      faults,
      lease,
      bound,
      chats: adapters.map(({ name }) => name),
      download: (chat, file) => adapterOf(adapters, chat).download(file),
      onAnswered: () => {
        this.#reporter.wake()
        for (const sender of this.#senders) sender.wake()
      },
      onTrouble: about('answering'),
    })
    this.#intake = new Intake({
      knex,
      faults,
      bound,
      spool: new Spool(join(directory, 'inbox')),
      onStored: () => this.#clerk.wake(),
      onTrouble: about('the inbox'),
    })
  }

  get adapters(): readonly Adapter[] {
    return this.#options.adapters
  }

  /** Throws BotError `chat-refused`; then nothing goes on, as where it is told to end meanwhile. */
  async start(told: AbortSignal = new AbortController().signal): Promise<void> {
    const { bot, adapters, onTrouble } = this.#options
    if (adapters.length === 0) return
    const { database } = bot.inventory
    if (database.kind === 'embedded') {
      await forgetHolders(database.knex)
      await forgetClaims(database.knex)
    }
    await this.#intake.start()
    const front = createFront({ bot, intake: this.#intake, onTrouble })
    const end = () => void this.#stopAdapters()
    told.addEventListener('abort', end)
    try {
      for (const adapter of adapters) if (!told.aborted) await adapter.start(front)
    } catch (error) {
      await this.#stopAdapters()
      await this.#intake.stop()
      if (!told.aborted) throw error
    } finally {
      told.removeEventListener('abort', end)
    }
    if (told.aborted) return
    this.#clerk.start()
    this.#reporter.start()
    for (const sender of this.#senders) sender.start()
  }

  /** Ends what is being answered and says it; what comes meanwhile is kept for the next process. */
  async stop(): Promise<void> {
    if (this.adapters.length === 0) return
    await this.#clerk.stop()
    await this.#reporter.stop()
    const said = Promise.all(this.#senders.map((sender) => sender.stop()))
    // What a chat does not take by then is said by the next process.
    await Promise.race([said, pause(FAREWELL, undefined, { ref: false })])
    await this.#stopAdapters()
    await said
    await this.#intake.stop()
  }

  async #stopAdapters(): Promise<void> {
    await Promise.all(this.adapters.map((adapter) => adapter.stop()))
  }
}

function adapterOf(adapters: readonly Adapter[], chat: string): Adapter {
  const found = adapters.find(({ name }) => name === chat)
  if (!found) throw new Error(`an item of a chat that is not there: ${chat}`)
  return found
}
