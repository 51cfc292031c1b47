// Reads what was typed while nobody listened: Discord tells nothing again once a session is over.
import type { APIMessage, REST } from 'discord.js'
import type { Incoming } from '../inbox/incoming.ts'
import { isForUs, madeAt, messageCame, type ToldMessage } from './events.ts'
import { patiently } from './patience.ts'
import type { Known, Places } from './places.ts'
import { CODE, isCode } from './trouble.ts'

// Milliseconds: what was on its way when it was last written down, and how far back anybody still cares.
const OVERLAP = 30_000
const FURTHEST = 24 * 60 * 60_000
const PAGE = 100

interface Options {
  readonly rest: REST
  readonly places: Places
  readonly self: string
  /** Asks for the roles that somebody has now. */
  readonly ask: (user: string) => Promise<void>
  readonly take: (incoming: Incoming) => Promise<void>
  readonly signal: AbortSignal
}

/** Throws where Discord cannot be asked, or something could not be stored: it is to be done again. */
export async function catchUp(since: Date, options: Options): Promise<void> {
  const from = new Date(Math.max(since.getTime() - OVERLAP, Date.now() - FURTHEST))
  for (const channel of options.places.readable()) {
    if (options.signal.aborted) return
    // Nothing was written there since.
    if (channel.last !== null && madeAt(channel.last) < from) continue
    const missed = await missedIn(channel, from, options)
    for (const message of missed) {
      await patiently(() => options.ask(message.author.id), options.signal)
      await options.take(messageCame(message, channel, options.self, true))
    }
  }
}

/** What was typed at the bot there, the oldest first. */
async function missedIn(channel: Known, from: Date, { rest, self, signal }: Options): Promise<readonly ToldMessage[]> {
  const found: ToldMessage[] = []
  for (let before: string | null = null; !signal.aborted; ) {
    const query = new URLSearchParams({ limit: `${PAGE}`, ...(before === null ? {} : { before }) })
    const page: readonly ToldMessage[] = await read(rest, channel.id, query, signal)
    const recent = page.filter(({ timestamp }) => new Date(timestamp) >= from)
    found.push(...recent.filter((message) => isForUs(message, channel, self)))
    const last = page.at(-1)
    if (!last || recent.length < PAGE) break
    before = last.id
  }
  return found.toReversed()
}

async function read(rest: REST, channel: string, query: URLSearchParams, signal: AbortSignal): Promise<APIMessage[]> {
  try {
    return await patiently(() => rest.get(`/channels/${channel}/messages`, { query }) as Promise<APIMessage[]>, signal)
  } catch (error) {
    // Gone since, or not for us: then nobody can have typed at us there.
    if (isCode(error, CODE.unknownChannel, CODE.missingAccess, CODE.missingPermission)) return []
    throw error
  }
}
