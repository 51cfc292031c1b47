// The channels and threads that Discord has told of: which is a thread, and of what. What it has not told of is asked for.
import { type APIChannel, DiscordAPIError, type REST } from 'discord.js'
import type { Place } from './place.ts'
import { Recent } from './recent.ts'

/** Of a channel, as far as the bot cares. */
export interface Known {
  readonly id: string
  /** Discord's number for it. */
  readonly type: number
  readonly name: string
  readonly guild: string | null
  readonly parent: string | null
  /** The last message when Discord told of it; null where there is none, or nobody has said. */
  readonly last: string | null
}

/** What Discord tells of a channel, in events and answers. */
export interface Told {
  readonly id: string
  readonly type: number
  readonly name?: string | null
  readonly guild_id?: string | undefined
  readonly parent_id?: string | null | undefined
  readonly last_message_id?: string | null | undefined
}

const DIRECT_MESSAGE = 1
const DIRECT = new Set([DIRECT_MESSAGE, 3])
const THREAD = new Set([10, 11, 12])
// Text, voice with its text, announcements, stages.
const WRITTEN = new Set([0, 2, 5, 13])
// Of direct messages that are unknown after a while.
const MOST = 10_000

export const isThread = ({ type }: Pick<Known, 'type'>): boolean => THREAD.has(type)

export class Places {
  readonly #rest: REST
  readonly #known = new Recent<Known>(MOST)

  constructor(rest: REST) {
    this.#rest = rest
  }

  tell({ id, type, name, guild_id, parent_id, last_message_id }: Told, guild: string | null = null): Known {
    const before = this.#known.get(id)
    const known = {
      ...{ id, type, name: name ?? '', guild: guild_id ?? guild ?? before?.guild ?? null },
      ...{ parent: parent_id ?? before?.parent ?? null, last: last_message_id ?? before?.last ?? null },
    }
    this.#known.set(id, known)
    return known
  }

  /** A direct message, as far as nothing else is known of it. */
  direct(id: string): void {
    if (!this.has(id)) this.tell({ id, type: DIRECT_MESSAGE })
  }

  /** Something was written there. */
  wrote(id: string, message: string): void {
    const known = this.#known.get(id)
    if (known) this.#known.set(id, { ...known, last: message })
  }

  /** Nobody knows any more when something was last written: a session was missed. */
  missed(): void {
    for (const known of this.#known.values()) this.#known.set(known.id, { ...known, last: null })
  }

  forget(id: string): void {
    this.#known.delete(id)
  }

  has(id: string): boolean {
    return this.#known.get(id) !== undefined
  }

  /** By its name, as typed in a notice's `#ops`. */
  named(name: string): Known | null {
    return this.#known.values().find((one) => one.name === name && WRITTEN.has(one.type)) ?? null
  }

  /** Where something may have been typed. */
  readable(): readonly Known[] {
    return this.#known.values().filter(({ type }) => WRITTEN.has(type) || THREAD.has(type) || DIRECT.has(type))
  }

  /**
   * A channel; asked for where nobody has told of it. A channel that Discord does not show is taken for one of the kind that
   * the event spoke of. Throws where Discord cannot be asked.
   */
  async of(id: string, hint: { readonly guild: string | null; readonly type: number | null }): Promise<Known> {
    const known = this.#known.get(id)
    if (known) return known
    if (hint.guild === null) return this.tell({ id, type: hint.type ?? DIRECT_MESSAGE })
    // A thread's parent is in nobody's event of a message.
    if (hint.type !== null && !THREAD.has(hint.type)) return this.tell({ id, type: hint.type }, hint.guild)
    const found = await this.#ask(id)
    return found ? this.tell(found, hint.guild) : { id, type: 0, name: '', guild: hint.guild, parent: null, last: null }
  }

  async #ask(id: string): Promise<Told | null> {
    try {
      return (await this.#rest.get(`/channels/${id}`)) as APIChannel as Told
    } catch (error) {
      if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) return null
      throw error
    }
  }
}

/** `#80351110224678912`, of the channel that a thread is in; null in a direct message. */
export function channelName({ id, guild, parent, type }: Known): string | null {
  if (DIRECT.has(type) || guild === null) return null
  return `#${THREAD.has(type) && parent !== null ? parent : id}`
}

/** Where something is answered that was typed there: `message` is what a thread would hang on. */
export function placeIn(
  known: Known,
  message: Pick<Place & { tag: 'thread' }, 'message'> | { readonly by: string },
): Place {
  const { id, parent } = known
  if (channelName(known) === null) return { tag: 'direct', channel: id }
  if (isThread(known)) return { tag: 'thread', channel: parent ?? id, message: id }
  return 'by' in message
    ? { tag: 'ours', channel: id, by: message.by }
    : { tag: 'thread', channel: id, message: message.message }
}
