// Who has which roles, as groups that rights can be given to: each event in a guild tells its author's.
import { DiscordAPIError, type REST } from 'discord.js'
import type { Front } from '../adapter.ts'
import { CHAT, identityOf } from './events.ts'

const MOST = 10_000
// Guilds of which roles are asked for; those of others count where they are heard.
const GUILDS = 10
// Milliseconds in which who writes again is not asked for again.
const FRESH = 30_000

export class Groups {
  readonly #front: Front
  readonly #rest: REST
  readonly #guild: string | null
  /** Those that the bot is in. */
  #guilds: readonly string[]
  /** The roles of a user in each guild that we have heard them in. */
  readonly #roles = new Map<string, Map<string, readonly string[]>>()
  readonly #told = new Map<string, string>()
  readonly #asked = new Map<string, number>()

  /** Where a guild is set, roles in others are no groups. */
  constructor(front: Front, rest: REST, guild: string | null) {
    this.#front = front
    this.#rest = rest
    this.#guild = guild
    this.#guilds = guild === null ? [] : [guild]
  }

  /** A session began, in these: another process may have told something else since. */
  began(guilds: readonly string[]): void {
    if (this.#guild === null) this.#guilds = guilds
    this.#forget()
  }

  joined(guild: string): void {
    if (this.#guild === null && !this.#guilds.includes(guild)) this.#guilds = [...this.#guilds, guild]
  }

  async heard(user: string, guild: string, roles: readonly string[]): Promise<void> {
    if (this.#guild !== null && guild !== this.#guild) return
    const known = this.#roles.get(user) ?? new Map<string, readonly string[]>()
    known.set(guild, roles)
    await this.#tell(user, known)
  }

  /** A direct message, and what stands in a history, tell no roles: they are asked for. */
  async ask(user: string): Promise<void> {
    const now = performance.now()
    if (now - (this.#asked.get(user) ?? Number.NEGATIVE_INFINITY) < FRESH) return
    const known = new Map<string, readonly string[]>()
    for (const guild of this.#guilds.slice(0, GUILDS)) known.set(guild, await this.#rolesIn(guild, user))
    if (known.size === 0) return
    await this.#tell(user, known)
    this.#asked.set(user, now)
  }

  async #tell(user: string, known: Map<string, readonly string[]>): Promise<void> {
    this.#roles.set(user, known)
    const groups = [...known.values()].flat().map((role) => `${CHAT}:@${role}`)
    const text = [...groups].sort().join(' ')
    if (this.#told.get(user) === text) return
    await this.#front.setGroups(CHAT, identityOf(user), groups)
    this.#told.set(user, text)
    if (this.#told.size > MOST) this.#forget()
  }

  async #rolesIn(guild: string, user: string): Promise<readonly string[]> {
    try {
      const { roles } = (await this.#rest.get(`/guilds/${guild}/members/${user}`)) as { readonly roles: string[] }
      return roles
    } catch (error) {
      // No member any more, or the bot is none.
      if (error instanceof DiscordAPIError && (error.status === 404 || error.status === 403)) return []
      throw error
    }
  }

  #forget(): void {
    this.#roles.clear()
    this.#told.clear()
    this.#asked.clear()
  }
}
