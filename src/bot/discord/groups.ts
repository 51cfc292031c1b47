// Who has which roles, as groups that rights can be given to: each event in a guild tells its author's.
import { DiscordAPIError, type REST } from 'discord.js'
import type { Front } from '../adapter.ts'
import { CHAT, identityOf } from './events.ts'

const MOST = 10_000

export class Groups {
  readonly #front: Front
  readonly #rest: REST
  readonly #guild: string | null
  /** The roles of a user in each guild that we have heard them in. */
  readonly #roles = new Map<string, Map<string, readonly string[]>>()
  readonly #told = new Map<string, string>()

  /** Where a guild is set, roles in others are no groups. */
  constructor(front: Front, rest: REST, guild: string | null) {
    this.#front = front
    this.#rest = rest
    this.#guild = guild
  }

  /** Another process may have told something else since. */
  forget(): void {
    this.#roles.clear()
    this.#told.clear()
  }

  async heard(user: string, guild: string, roles: readonly string[]): Promise<void> {
    if (this.#guild !== null && guild !== this.#guild) return
    const known = this.#roles.get(user) ?? new Map<string, readonly string[]>()
    known.set(guild, roles)
    this.#roles.set(user, known)
    const groups = [...known.values()].flat().map((role) => `${CHAT}:@${role}`)
    const text = [...groups].sort().join(' ')
    if (this.#told.get(user) === text) return
    await this.#front.setGroups(CHAT, identityOf(user), groups)
    this.#told.set(user, text)
    if (this.#told.size > MOST) this.forget()
  }

  /** A direct message tells no roles: they are asked for where there is one guild. */
  async direct(user: string): Promise<void> {
    if (this.#guild === null) return
    try {
      const { roles } = (await this.#rest.get(`/guilds/${this.#guild}/members/${user}`)) as { readonly roles: string[] }
      await this.heard(user, this.#guild, roles)
    } catch (error) {
      if (!(error instanceof DiscordAPIError && error.status === 404)) throw error
      // No member any more.
      await this.heard(user, this.#guild, [])
    }
  }
}
