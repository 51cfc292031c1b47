// What the tests of Discord begin with: a fake Discord with a channel and two people, and the adapter connected to it.
import { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import { TIMES, type Times } from '../../../src/bot/discord/limits.ts'
import { type Post, plainDraft } from '../../../src/bot/outbox/post.ts'
import { MemoryFront, type Store } from './front.ts'
import { FakeDiscord } from './server.ts'
import type { FakeChannel, FakeUser } from './world.ts'

export interface Bench {
  readonly discord: FakeDiscord
  readonly ops: FakeChannel
  readonly ann: FakeUser
  readonly bob: FakeUser
  /** As ann mentions it. */
  readonly mention: string
  readonly adapters: DiscordAdapter[]
  /** A process of the bot, begun. */
  join(name: string, store?: Store, times?: Partial<Times>): Promise<{ adapter: DiscordAdapter; front: MemoryFront }>
  end(): Promise<void>
}

export async function openBench(): Promise<Bench> {
  const discord = await FakeDiscord.start()
  const { world } = discord
  const ops = world.channel('ops')
  const [ann, bob] = [world.user('ann'), world.user('bob')]
  const adapters: DiscordAdapter[] = []
  return {
    ...{ discord, ops, ann, bob, adapters, mention: `<@${world.bot.id}>` },
    async join(name, store, times = {}) {
      const front = new MemoryFront(name, store)
      const setting = { token: discord.token, appId: world.appId, guildId: world.guildId, apiUrl: discord.url }
      const adapter = new DiscordAdapter(setting, { ...TIMES, ...times })
      adapters.push(adapter)
      await adapter.start(front)
      return { adapter, front }
    },
    async end() {
      for (const adapter of adapters) await adapter.stop()
      await discord.stop()
    },
  }
}

export const post = (title: string, more: Partial<Post> = {}): Post => ({
  ...{ ...plainDraft(title), buttons: [], files: [], answers: null },
  ...more,
})
