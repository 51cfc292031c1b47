// The routes of the fake Discord's HTTP API, as its description names them, and what each does.
import { type Answer, InvalidForm, Refused } from './answer.ts'
import { CALLBACK, type Interaction, type Modal } from './interaction.ts'
import type { Limit } from './rates.ts'
import type { FakeDiscord } from './server.ts'
import { CHANNEL, type FakeChannel, type FakeMessage, memberShown, userShown } from './world.ts'
import { rewrite, type Upload, type Written, write } from './writing.ts'

export interface Request {
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
  readonly uploads: readonly Upload[]
}

export interface Route {
  readonly method: string
  /** As in Discord's description. */
  readonly path: string
  readonly limit: Limit
  /** Without a token of the bot: the path has one. */
  readonly isOpen?: boolean
  readonly run: (discord: FakeDiscord, request: Request) => Answer
}

const USUAL: Limit = { count: 50, per: 1000 }
const WRITING: Limit = { count: 5, per: 5000 }

const ok = (body: unknown): Answer => ({ status: 200, body })
const nothing: Answer = { status: 204, body: null }

function channelOf({ world }: FakeDiscord, { parameters }: Request): FakeChannel {
  const channel = world.channels.get(parameters.channel_id ?? '')
  if (!channel || channel.isGone) throw new Refused(10_003)
  if (channel.forbidden.has('view')) throw new Refused(50_001)
  return channel
}

function messageOf(discord: FakeDiscord, request: Request): FakeMessage {
  const channel = channelOf(discord, request)
  const message = discord.world.message(channel.id, request.parameters.message_id ?? '')
  if (!message) throw new Refused(10_008)
  return message
}

function mayWrite({ forbidden, locked, isClosed }: FakeChannel): void {
  if (isClosed) throw new Refused(50_007)
  if (forbidden.has('send')) throw new Refused(50_013)
  if (locked) throw new Refused(160_005)
}

const post: Route['run'] = (discord, request) => {
  const channel = channelOf(discord, request)
  mayWrite(channel)
  const written = request.body as Written
  if (written.enforce_nonce && written.nonce) {
    const same = channel.messages.find(({ shown }) => shown.nonce === String(written.nonce))
    if (same) return ok(same.shown)
  }
  const reference = written.message_reference
  const message = write(
    { world: discord.world, base: discord.base, channel, by: discord.world.bot, written, uploads: request.uploads },
    reference ? { type: 19, message_reference: { ...reference, channel_id: channel.id, type: 0 } } : {},
  )
  // Writing wakes a thread that sleeps.
  channel.archived = false
  discord.show(message, 'MESSAGE_CREATE')
  return ok(message.shown)
}

const patch: Route['run'] = (discord, request) => {
  const channel = channelOf(discord, request)
  const message = messageOf(discord, request)
  if (channel.archived) throw new Refused(50_083)
  if ((message.shown.author as { id: string }).id !== discord.world.bot.id) throw new Refused(50_005)
  rewrite(writingOf(discord, channel, request), message)
  discord.show(message, 'MESSAGE_UPDATE')
  return ok(message.shown)
}

const writingOf = ({ world, base }: FakeDiscord, channel: FakeChannel, { body, uploads }: Request) => ({
  ...{ world, base, channel, by: world.bot, written: body as Written, uploads },
})

const read: Route['run'] = (discord, request) => {
  const channel = channelOf(discord, request)
  if (channel.forbidden.has('history')) throw new Refused(50_013)
  const { query } = request
  const most = Number(query.get('limit') ?? 50)
  if (!(most >= 1 && most <= 100)) throw new InvalidForm('limit must be 1 to 100')
  const seen = channel.messages
    .filter(({ onlyFor, isDeleted }) => onlyFor === null && !isDeleted)
    .map(({ shown }) => shown)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
  const after = query.get('after')
  const before = query.get('before')
  const chosen =
    after === null
      ? seen.filter(({ id }) => before === null || BigInt(id) < BigInt(before)).slice(-most)
      : seen.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, most)
  return ok(chosen.toReversed())
}

const openThread: Route['run'] = (discord, request) => {
  const parent = channelOf(discord, request)
  const { shown } = messageOf(discord, request)
  if (parent.type !== CHANNEL.text && parent.type !== CHANNEL.announcement) throw new Refused(50_024)
  if (parent.forbidden.has('threads')) throw new Refused(50_013)
  // A thread has the id of the message that it hangs on.
  if (discord.world.channels.has(shown.id)) throw new Refused(160_004)
  const { name } = request.body as { name: string }
  const thread = discord.world.channel(name, { id: shown.id, type: CHANNEL.thread, parent: parent.id })
  discord.told('THREAD_CREATE', { ...discord.world.channelShown(thread), newly_created: true })
  return { status: 201, body: discord.world.channelShown(thread) }
}

const change: Route['run'] = (discord, request) => {
  const channel = channelOf(discord, request)
  if (channel.locked) throw new Refused(50_013)
  if ((request.body as { archived?: boolean }).archived === false) channel.archived = false
  return ok(discord.world.channelShown(channel))
}

function interactionOf(discord: FakeDiscord, token: string, id: string | null): Interaction {
  const found = discord.interactions.find((one) => one.token === token && (id === null || one.id === id))
  if (!found) throw new Refused(id === null ? 10_015 : 10_062)
  return found
}

const callback: Route['run'] = (discord, request) => {
  const { interaction_id = '', interaction_token = '' } = request.parameters
  const interaction = interactionOf(discord, interaction_token, interaction_id)
  const { type, data } = request.body as { type: number; data?: Written & { choices?: Interaction['choices'] } & Modal }
  interaction.answer(type, discord.now())
  if (type === CALLBACK.choices) interaction.choices = choicesOf(data?.choices ?? [])
  if (type === CALLBACK.modal) interaction.modal = data ?? null
  if (type === CALLBACK.message || type === CALLBACK.deferred)
    interaction.original = respond(discord, interaction, request, data ?? {}, type === CALLBACK.deferred ? 128 : 0)
  interaction.changed()
  if (request.query.get('with_response') !== 'true') return nothing
  const { original } = interaction
  return ok({
    interaction: {
      ...{ id: interaction.id, type: interaction.kind, response_message_loading: type === CALLBACK.deferred },
      ...(original
        ? { response_message_id: original.shown.id, response_message_ephemeral: original.onlyFor !== null }
        : {}),
    },
    ...(original && type === CALLBACK.message ? { resource: { type, message: original.shown } } : {}),
  })
}

function choicesOf(choices: NonNullable<Interaction['choices']>): NonNullable<Interaction['choices']> {
  if (choices.length > 25) throw new InvalidForm('Must be 25 or fewer in length.')
  for (const { name, value } of choices)
    if (name.length < 1 || name.length > 100 || value.length > 100)
      throw new InvalidForm('Must be between 1 and 100 in length.')
  return choices
}

function respond(
  discord: FakeDiscord,
  interaction: Interaction,
  request: Request,
  written: Written,
  loading: number,
): FakeMessage {
  const { id, kind, user, channel } = interaction
  const isPrivate = ((written.flags ?? 0) & 64) !== 0
  const message = write(
    { ...writingOf(discord, channel, request), written },
    {
      type: kind === 2 ? 20 : 0,
      flags: (isPrivate ? 64 : 0) | loading,
      webhook_id: discord.world.appId,
      interaction_metadata: {
        id,
        type: 2,
        user: userShown(user),
        authorizing_integration_owners: { 0: discord.world.guildId },
      },
      ...(isPrivate ? { onlyFor: user.id } : {}),
    },
  )
  if (!isPrivate) discord.show(message, 'MESSAGE_CREATE')
  return message
}

const followUp: Route['run'] = (discord, request) => {
  const interaction = interactionOf(discord, request.parameters.webhook_token ?? '', null)
  interaction.live(discord.now())
  const { original } = interaction
  // The first one after a deferral takes its place, and its visibility.
  if (original && (original.shown.flags & 128) !== 0 && !original.isDeleted) return editOriginal(discord, request)
  const message = respond(discord, interaction, request, request.body as Written, 0)
  interaction.followUps.push(message)
  interaction.changed()
  return ok(message.shown)
}

function originalOf(discord: FakeDiscord, request: Request): [Interaction, FakeMessage] {
  const interaction = interactionOf(discord, request.parameters.webhook_token ?? '', null)
  interaction.live(discord.now())
  const original = interaction.original ?? interaction.on
  if (!original || original.isDeleted) throw new Refused(10_008)
  return [interaction, original]
}

const editOriginal: Route['run'] = (discord, request) => {
  const [interaction, original] = originalOf(discord, request)
  rewrite(writingOf(discord, interaction.channel, request), original)
  if (original.onlyFor === null) discord.show(original, 'MESSAGE_UPDATE')
  interaction.changed()
  return ok(original.shown)
}

const deleteOriginal: Route['run'] = (discord, request) => {
  const [interaction, original] = originalOf(discord, request)
  original.isDeleted = true
  interaction.changed()
  return nothing
}

const member: Route['run'] = ({ world }, { parameters }) => {
  const user = world.users.get(parameters.user_id ?? '')
  if (!user || parameters.guild_id !== world.guildId) throw new Refused(10_007)
  return ok({ ...memberShown(user), user: userShown(user) })
}

const guilds: Route['run'] = ({ world }) =>
  ok(
    world.isInvited
      ? [
          {
            id: world.guildId,
            name: 'acme',
            icon: null,
            banner: null,
            owner: false,
            permissions: `${world.permissions}`,
            features: [],
          },
        ]
      : [],
  )

const direct: Route['run'] = ({ world }, { body }) => {
  const user = world.users.get((body as { recipient_id: string }).recipient_id)
  if (!user) throw new Refused(10_013)
  return ok(world.channelShown(world.dm(user)))
}

const keepCommands: Route['run'] = (discord, { parameters, body }) => {
  const kept = (body as { name: string; type?: number; description?: string }[]).map((one) =>
    discord.commandShown(one, parameters.guild_id),
  )
  discord.commands.set(parameters.guild_id ?? '', kept)
  return ok(kept)
}

const commandsKept: Route['run'] = (discord, { parameters }) =>
  ok(discord.commands.get(parameters.guild_id ?? '') ?? [])

const usual = (method: string, path: string, run: Route['run'], limit = USUAL): Route => ({ method, path, run, limit })
const open = (method: string, path: string, run: Route['run']): Route => ({ ...usual(method, path, run), isOpen: true })

const WEBHOOK = '/webhooks/{webhook_id}/{webhook_token}'
const APP = '/applications/{application_id}'

export const ROUTES: readonly Route[] = [
  usual('GET', '/gateway/bot', (discord) => ok(discord.gatewayShown())),
  usual('GET', '/users/@me', ({ world }) => ok({ ...userShown(world.bot), mfa_enabled: true, locale: 'en-US' })),
  usual('GET', '/users/@me/guilds', guilds),
  usual('POST', '/users/@me/channels', direct),
  usual('GET', '/applications/@me', (discord) => ok(discord.applicationShown())),
  usual('GET', '/oauth2/applications/@me', (discord) => ok(discord.applicationShown())),
  usual('GET', `${APP}/commands`, commandsKept),
  usual('PUT', `${APP}/commands`, keepCommands),
  usual('GET', `${APP}/guilds/{guild_id}/commands`, commandsKept),
  usual('PUT', `${APP}/guilds/{guild_id}/commands`, keepCommands),
  usual('GET', '/channels/{channel_id}', (discord, request) =>
    ok(discord.world.channelShown(channelOf(discord, request))),
  ),
  usual('PATCH', '/channels/{channel_id}', change),
  usual('GET', '/channels/{channel_id}/messages', read),
  usual('POST', '/channels/{channel_id}/messages', post, WRITING),
  usual('GET', '/channels/{channel_id}/messages/{message_id}', (discord, request) =>
    ok(messageOf(discord, request).shown),
  ),
  usual('PATCH', '/channels/{channel_id}/messages/{message_id}', patch, WRITING),
  usual('POST', '/channels/{channel_id}/messages/{message_id}/threads', openThread, WRITING),
  usual('GET', '/guilds/{guild_id}/members/{user_id}', member),
  open('POST', '/interactions/{interaction_id}/{interaction_token}/callback', callback),
  open('POST', WEBHOOK, followUp),
  open('GET', `${WEBHOOK}/messages/@original`, (discord, request) => ok(originalOf(discord, request)[1].shown)),
  open('PATCH', `${WEBHOOK}/messages/@original`, editOriginal),
  open('DELETE', `${WEBHOOK}/messages/@original`, deleteOriginal),
]
