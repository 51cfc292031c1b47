// The bot as an adapter sees it, in memory, for tests of adapters: what comes in is kept, and what it answers can be set.
import type { Front } from '../../../src/bot/adapter.ts'
import type { Incoming } from '../../../src/bot/inbox/incoming.ts'
import { type Form, type Post, plainDraft } from '../../../src/bot/outbox/post.ts'

/** What several processes share. */
export class Store {
  readonly inbox = new Map<string, Incoming>()
  readonly heard = new Map<string, Date>()
  readonly roles = new Map<string, { readonly by: string; readonly until: number }>()
  readonly groups = new Map<string, readonly string[]>()
}

export class MemoryFront implements Front {
  readonly store: Store
  readonly #name: string
  /** How often something was taken, again or not. */
  takes = 0
  readonly troubles: unknown[] = []
  /** Threads in which a console is open. */
  readonly wanted = new Set<string>()
  readonly files = new Map<string, Uint8Array>()
  readonly forms = new Map<string, Form>()
  lines: (text: string) => Promise<readonly string[]> = async () => []
  /** The database is away. */
  isDown = false
  readonly #waiting = new Set<() => void>()

  constructor(name: string, store = new Store()) {
    this.#name = name
    this.store = store
  }

  async take(incoming: Incoming): Promise<void> {
    this.#reached()
    this.takes++
    if (!this.store.inbox.has(incoming.key)) this.store.inbox.set(incoming.key, incoming)
    this.#changed()
  }

  complete(text: string): Promise<readonly string[]> {
    return this.lines(text)
  }

  async formOf(button: string): Promise<Form | null> {
    this.#reached()
    return this.forms.get(button) ?? null
  }

  async home(): Promise<Post> {
    return { ...plainDraft('home'), buttons: [], files: [], answers: null }
  }

  async file(id: string): Promise<Uint8Array> {
    const found = this.files.get(id)
    if (!found) throw new Error(`no file ${id}`)
    return found
  }

  async setMembers(): Promise<void> {
    throw new Error('Discord does not tell who is in a role')
  }

  async emptyGroups(): Promise<void> {
    throw new Error('Discord does not tell who is in a role')
  }

  async setGroups(_chat: string, identity: string, groups: readonly string[]): Promise<void> {
    this.#reached()
    this.store.groups.set(identity, groups)
  }

  async heardUntil(chat: string): Promise<Date | null> {
    this.#reached()
    return this.store.heard.get(chat) ?? null
  }

  async setHeardUntil(chat: string, at: Date): Promise<void> {
    this.#reached()
    this.store.heard.set(chat, at)
    this.#changed()
  }

  async directs(): Promise<readonly string[]> {
    this.#reached()
    return [...new Set(this.came().flatMap(({ channel, thread }) => (channel === null ? [thread] : [])))]
  }

  async hold(role: string, seconds: number): Promise<boolean> {
    this.#reached()
    const holder = this.store.roles.get(role)
    if (holder && holder.by !== this.#name && holder.until > Date.now()) return false
    this.store.roles.set(role, { by: this.#name, until: Date.now() + seconds * 1000 })
    return true
  }

  async release(role: string): Promise<void> {
    if (this.store.roles.get(role)?.by === this.#name) this.store.roles.delete(role)
  }

  async wants(thread: string): Promise<boolean> {
    return this.wanted.has(thread)
  }

  trouble(_chat: string, error: unknown): void {
    this.troubles.push(error)
    this.#changed()
  }

  /** Until something is so; looked at whenever something came in. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  came(): readonly Incoming[] {
    return [...this.store.inbox.values()]
  }

  /** What came by now, at least so many. */
  async heard(count = 1): Promise<readonly Incoming[]> {
    await this.until(() => this.store.inbox.size >= count)
    return this.came()
  }

  #reached(): void {
    if (this.isDown) throw new Error('the database is away')
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
