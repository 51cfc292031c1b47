// The bot as an adapter sees it, in memory: each thing that comes is taken once, and kept.
import type { Front } from '../../../src/bot/adapter.ts'
import type { Incoming } from '../../../src/bot/inbox/incoming.ts'
import { type Form, type Post, plainDraft } from '../../../src/bot/outbox/post.ts'

export const plainPost = (title: string, more: Partial<Post> = {}): Post => ({
  ...plainDraft(title),
  buttons: [],
  files: [],
  answers: null,
  ...more,
})

export class MemoryFront implements Front {
  /** By its key. */
  readonly taken = new Map<string, Incoming>()
  /** How often something came that was there already. */
  repeated = 0
  readonly troubles: unknown[] = []
  readonly members = new Map<string, readonly string[]>()
  readonly forms = new Map<string, Form>()
  readonly files = new Map<string, Uint8Array>()
  homePost: Post = plainPost('Nothing waits for you')
  heard: Date | null = null
  /** Threads in which a console is open. */
  readonly wanted = new Set<string>()
  /** Thrown by the next takes. */
  readonly failures: Error[] = []
  /** Before something is taken. */
  beforeTake: () => Promise<void> = async () => undefined

  async take(incoming: Incoming): Promise<void> {
    await this.beforeTake()
    const failure = this.failures.shift()
    if (failure) throw failure
    if (this.taken.has(incoming.key)) this.repeated++
    else this.taken.set(incoming.key, incoming)
  }

  get all(): readonly Incoming[] {
    return [...this.taken.values()]
  }

  async complete(): Promise<readonly string[]> {
    return []
  }

  async formOf(button: string): Promise<Form | null> {
    return this.forms.get(button) ?? null
  }

  async home(): Promise<Post> {
    return this.homePost
  }

  async file(id: string): Promise<Uint8Array> {
    const content = this.files.get(id)
    if (!content) throw new Error(`no file ${id}`)
    return content
  }

  async setMembers(group: string, identities: readonly string[]): Promise<void> {
    this.members.set(group, identities)
  }

  async emptyGroups(): Promise<void> {
    for (const group of this.members.keys()) this.members.set(group, [])
  }

  async setGroups(): Promise<void> {
    // Slack tells of groups, not of people.
  }

  async heardUntil(): Promise<Date | null> {
    return this.heard
  }

  async setHeardUntil(_chat: string, at: Date): Promise<void> {
    this.heard = at
  }

  async directs(): Promise<readonly string[]> {
    // Slack lists them.
    return []
  }

  async hold(): Promise<boolean> {
    return true
  }

  async release(): Promise<void> {
    // Nothing is held.
  }

  async wants(thread: string): Promise<boolean> {
    return this.wanted.has(thread)
  }

  trouble(_chat: string, error: unknown): void {
    this.troubles.push(error)
  }
}
