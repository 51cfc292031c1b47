// Discord as a stage: the real client against the fake server, with alice, bob and carol in the channel ops.
import { DiscordAdapter } from '../../../src/bot/discord/adapter.ts'
import type { Interaction } from '../discord/interaction.ts'
import { FakeDiscord } from '../discord/server.ts'
import type { FakeChannel, FakeMessage } from '../discord/world.ts'
import { open } from './backstage.ts'
import type { Line, Stage } from './play.ts'

export async function openDiscord(): Promise<Stage & { end(): Promise<void> }> {
  const discord = await FakeDiscord.start()
  const { world } = discord
  const ops = world.channel('ops')
  const people = { alice: world.user('alice'), bob: world.user('bob'), carol: world.user('carol') }
  const { alice, bob, carol } = people
  const setting = { token: discord.token, appId: world.appId, guildId: world.guildId, apiUrl: discord.url }
  const adapter = new DiscordAdapter(setting)
  const backstage = await open(adapter, [`discord:${alice.id}`, `discord:${bob.id}`, `discord:${carol.id}`])
  let last: FakeMessage | null = null
  let form: Interaction | null = null
  // What has to arrive: nothing tells when the gateway's events have.
  let came = 0

  const personOf = (name: string) => {
    const found = Object.values(people).find(({ username }) => username === name)
    if (!found) throw new Error(`nobody is called ${name}`)
    return found
  }
  const everything = () =>
    [...world.channels.values()]
      .flatMap((channel) => channel.messages.map((message) => ({ channel, message })))
      .filter(({ message }) => !message.isDeleted)
      .sort((a, b) => (BigInt(a.message.shown.id) < BigInt(b.message.shown.id) ? -1 : 1))
  const isOurs = ({ shown }: FakeMessage) => (shown.author as { readonly id: string }).id === world.bot.id
  const placeOf = (who: string, where: string): FakeChannel => {
    if (where === 'direct') return world.dm(personOf(who))
    if (where !== 'thread') return ops
    const thread = last && (world.channels.get(last.shown.id) ?? world.channels.get(last.shown.channel_id))
    if (!thread) throw new Error('there is no thread yet')
    return thread
  }

  return {
    async type(who, where, text) {
      const said = discord.type(personOf(who), placeOf(who, where), text.replaceAll('@clusto', `<@${world.bot.id}>`))
      if (where !== 'thread') last = said
      if (where === 'direct' || text.includes('@clusto') || text.startsWith('>')) came++
    },
    async slash(who, where, text) {
      came++
      await discord.slash(personOf(who), placeOf(who, where), text).until(({ answered }) => answered !== null)
    },
    async press(who, label) {
      const on = everything().findLast(({ message }) =>
        message.shown.components.some(({ components }) => components.some((one) => one.label === label)),
      )
      if (!on) throw new Error(`nothing has a button ${label}`)
      form = await discord.press(personOf(who), on.message, label).until(({ answered }) => answered !== null)
      if (form.modal === null) came++
    },
    async submit(who, text) {
      if (form?.user !== personOf(who)) throw new Error(`no form is open for ${who}`)
      came++
      await discord.submit(form, text).until(({ answered }) => answered !== null)
    },
    quiet: () => backstage.quiet(came),
    async said() {
      return everything()
        .filter(({ message }) => isOurs(message))
        .map(({ channel, message }): Line => {
          const alone = message.onlyFor === null ? null : (world.users.get(message.onlyFor)?.username ?? '')
          const where = channel === ops ? ['(in the channel)'] : []
          return { ref: message.shown.id, alone, lines: [...where, ...linesOf(message)] }
        })
    },
    async end() {
      await backstage.end()
      await discord.stop()
      if (discord.wrong.length > 0) throw new Error(discord.wrong.join('\n'))
    },
  }

  function linesOf({ shown }: FakeMessage): string[] {
    const named = shown.content.replace(/<@(\d+)>/g, (_, id: string) => `@${world.users.get(id)?.username ?? id}`)
    const rows = shown.components.map(({ components }) => components.map(({ label }) => `[${label ?? ''}]`).join(' '))
    const files = shown.attachments.map(({ filename, description }) =>
      description === undefined ? `(file ${filename})` : `(picture: ${description})`,
    )
    return [...named.split('\n'), ...files, ...rows]
  }
}
