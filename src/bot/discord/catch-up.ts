// Reads what was typed while nobody listened: Discord tells nothing again once a session is over.
import type { APIMessage, REST } from 'discord.js'
import type { Incoming } from '../inbox/incoming.ts'
import { idOf, isForUs, messageCame, type ToldMessage } from './events.ts'
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
  readonly take: (incoming: Incoming) => Promise<void>
  readonly signal: AbortSignal
}

/** Throws where Discord cannot be asked, or something could not be stored: it is to be done again. */
export async function catchUp(since: Date, options: Options): Promise<void> {
  const from = idOf(new Date(Math.max(since.getTime() - OVERLAP, Date.now() - FURTHEST)))
  for (const channel of options.places.readable()) {
    if (options.signal.aborted) return
    // Nothing was written there since.
    if (channel.last !== null && BigInt(channel.last) < BigInt(from)) continue
    for await (const message of history(options, channel, from)) {
      if (isForUs(message, channel, options.self)) await options.take(messageCame(message, channel, options.self, true))
    }
  }
}

/** The oldest first. */
async function* history({ rest, signal }: Options, { id }: Known, from: string): AsyncGenerator<ToldMessage> {
  for (let after = from; !signal.aborted; ) {
    const query = new URLSearchParams({ after, limit: `${PAGE}` })
    const page = await read(rest, id, query, signal)
    const sorted = page.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    yield* sorted
    const last = sorted.at(-1)
    if (!last || page.length < PAGE) return
    after = last.id
  }
}

async function read(rest: REST, channel: string, query: URLSearchParams, signal: AbortSignal): Promise<APIMessage[]> {
  try {
    return await patiently(
      () => rest.get(`/channels/${channel}/messages`, { query, signal }) as Promise<APIMessage[]>,
      signal,
    )
  } catch (error) {
    // Gone since, or not for us: then nobody can have typed at us there.
    if (isCode(error, CODE.unknownChannel, CODE.missingAccess, CODE.missingPermission)) return []
    throw error
  }
}
