// The methods of the Web API that the fake Slack knows, each with the scope that it needs.
import { checkBlocks, checkView, type Surroundings } from './blocks.ts'
import { at, type Fields, listOf, textOf } from './json.ts'
import type { Rates } from './rates.ts'
import { Refusal } from './refusal.ts'
import { BOT, type Channel, type Message, type Workspace } from './workspace.ts'

export interface Ground {
  readonly workspace: Workspace
  readonly rates: Rates
  /** Of this server, with a slash at the end. */
  url(): string
  /** Who a `trigger_id` belongs to; null where there is none, or none any more. */
  triggeredBy(id: string): string | null
  socketUrl(): string
}

export interface Method {
  readonly scope: string | null
  run(given: Fields, ground: Ground): Fields
}

const POSTS = { count: 4, per: 4000 }
const UPDATES = { count: 50, per: 60_000 }
const HISTORIES = { count: 50, per: 60_000 }
const MOST_TEXT = 40_000

export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': {
    scope: null,
    run: () => ({
      team: 'Ops',
      team_id: BOT.team,
      user: 'clusto',
      user_id: BOT.user,
      bot_id: BOT.bot,
      url: 'https://ops.slack.com/',
    }),
  },
  'apps.connections.open': { scope: 'connections:write', run: (_, ground) => ({ url: ground.socketUrl() }) },
  'chat.postMessage': { scope: 'chat:write', run: postMessage },
  'chat.update': { scope: 'chat:write', run: update },
  'chat.postEphemeral': { scope: 'chat:write', run: whisper },
  'conversations.history': { scope: 'channels:history', run: history },
  'conversations.replies': { scope: 'channels:history', run: replies },
  'conversations.info': {
    scope: 'channels:read',
    run: ({ channel }, { workspace }) => ({ channel: shownChannel(workspace.channel(textOf(channel))) }),
  },
  'conversations.list': {
    scope: 'channels:read',
    run: (given, { workspace }) => listed([...workspace.channels.values()], given),
  },
  'users.conversations': {
    scope: 'channels:read',
    run: (given, { workspace }) =>
      listed(
        [...workspace.channels.values()].filter(({ members }) => members.has(BOT.user)),
        given,
      ),
  },
  'conversations.open': {
    scope: 'im:write',
    run: ({ users }, { workspace }) => {
      if (!workspace.users.has(textOf(users))) throw new Refusal('user_not_found')
      return { channel: { id: workspace.direct(textOf(users)).id } }
    },
  },
  'usergroups.list': {
    scope: 'usergroups:read',
    run: (given, { workspace }) => ({
      usergroups: [...workspace.groups].map(([id, { handle, users, isDisabled }]) => ({
        ...{ id, handle, date_delete: isDisabled ? 1 : 0 },
        ...(given.include_users === 'true' ? { users } : {}),
      })),
    }),
  },
  'usergroups.users.list': {
    scope: 'usergroups:read',
    run: ({ usergroup }, { workspace }) => {
      const group = workspace.groups.get(textOf(usergroup))
      if (!group) throw new Refusal('no_such_subteam')
      return { users: group.isDisabled ? [] : group.users }
    },
  },
  'files.getUploadURLExternal': { scope: 'files:write', run: uploadUrl },
  'files.completeUploadExternal': { scope: 'files:write', run: completeUpload },
  'files.info': {
    scope: 'files:read',
    run: ({ file }, ground) => {
      const stored = ground.workspace.files.get(textOf(file))
      if (!stored) throw new Refusal('file_not_found')
      return {
        file: {
          id: stored.id,
          name: stored.name,
          size: stored.size,
          url_private_download: `${ground.url()}files/${stored.id}`,
        },
      }
    },
  },
  'views.open': { scope: null, run: openView },
  'views.publish': {
    scope: null,
    run: ({ user_id: user, view }, ground) => {
      if (!ground.workspace.users.has(textOf(user))) throw new Refusal('user_not_found')
      checkView(view ?? null, surroundings(ground, 'home'))
      ground.workspace.homes.set(textOf(user), view as Fields)
      return { view: view ?? null }
    },
  },
}

function surroundings({ workspace }: Ground, surface: Surroundings['surface']): Surroundings {
  return { surface, isPicture: (id) => workspace.files.get(id)?.isComplete === true }
}

/** Where the bot may write. Throws Refusal. */
function writable(given: Fields, workspace: Workspace): Channel {
  const channel = workspace.channel(textOf(given.channel))
  if (channel.isArchived) throw new Refusal('is_archived')
  if (!channel.members.has(BOT.user)) throw new Refusal('not_in_channel')
  return channel
}

/** Throws Refusal `no_text`, `msg_too_long`, `invalid_blocks`. */
function checkMessage(given: Fields, ground: Ground): void {
  const blocks = given.blocks ?? null
  if (textOf(given.text) === '' && listOf(blocks).length === 0) throw new Refusal('no_text')
  if (textOf(given.text).length > MOST_TEXT) throw new Refusal('msg_too_long')
  if (blocks !== null) checkBlocks(blocks, surroundings(ground, 'message'))
}

function postMessage(given: Fields, ground: Ground): Fields {
  const { workspace, rates } = ground
  const channel = writable(given, workspace)
  checkMessage(given, ground)
  const threadTs = textOf(given.thread_ts) || null
  if (threadTs !== null && !workspace.message(channel.id, threadTs)) throw new Refusal('thread_not_found')
  const clientMsgId = textOf(given.client_msg_id) || null
  if (clientMsgId !== null && !/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(clientMsgId))
    throw new Refusal('invalid_arguments')
  rates.take(`post ${channel.id}`, POSTS)
  const message = workspace.add(channel.id, {
    ...{ user: BOT.user, botId: BOT.bot, text: textOf(given.text), threadTs },
    ...{ blocks: given.blocks ?? null, metadata: given.metadata ?? null, clientMsgId, files: [] },
  })
  return { channel: channel.id, ts: message.ts, message: workspace.shown(channel.id, message, true) }
}

function update(given: Fields, ground: Ground): Fields {
  const { workspace, rates } = ground
  const channel = workspace.channel(textOf(given.channel))
  if (channel.isArchived) throw new Refusal('is_archived')
  const message = workspace.message(channel.id, textOf(given.ts))
  if (!message) throw new Refusal('message_not_found')
  if (message.user !== BOT.user) throw new Refusal('cant_update_message')
  checkMessage(given, ground)
  rates.take('update', UPDATES)
  message.text = textOf(given.text)
  message.texts.push(message.text)
  message.blocks = given.blocks ?? null
  message.edited = workspace.ts()
  return { channel: channel.id, ts: message.ts, text: message.text }
}

function whisper(given: Fields, ground: Ground): Fields {
  const { workspace, rates } = ground
  const channel = writable(given, workspace)
  const to = textOf(given.user)
  if (!channel.members.has(to)) throw new Refusal('user_not_in_channel')
  checkMessage(given, ground)
  rates.take(`post ${channel.id}`, POSTS)
  const threadTs = textOf(given.thread_ts) || null
  const ts = workspace.ts()
  workspace.whispers.push({
    ...{ channel: channel.id, to, threadTs, ts },
    text: textOf(given.text),
    blocks: given.blocks ?? null,
  })
  return { message_ts: ts }
}

function readable(given: Fields, { workspace, rates }: Ground, method: string): Channel {
  const channel = workspace.channel(textOf(given.channel))
  if (!channel.members.has(BOT.user)) throw new Refusal('not_in_channel')
  rates.take(method, HISTORIES)
  return channel
}

function history(given: Fields, ground: Ground): Fields {
  const channel = readable(given, ground, 'history')
  const roots = ground.workspace.in(channel.id).filter(({ threadTs }) => threadTs === null)
  return page([...roots].reverse(), channel, given, ground)
}

function replies(given: Fields, ground: Ground): Fields {
  const channel = readable(given, ground, 'replies')
  const named = ground.workspace.message(channel.id, textOf(given.ts))
  if (!named) throw new Refusal('thread_not_found')
  return page(ground.workspace.thread(channel.id, named.threadTs ?? named.ts), channel, given, ground)
}

function page(messages: readonly Message[], channel: Channel, given: Fields, { workspace }: Ground): Fields {
  const [oldest, limit, from] = [Number(given.oldest ?? 0), Number(given.limit ?? 100), Number(given.cursor || 0)]
  const root = textOf(given.ts)
  const fitting = messages.filter(({ ts }) => Number(ts) > oldest || ts === root)
  const hasMetadata = given.include_all_metadata === 'true'
  const isMore = fitting.length > from + limit
  return {
    messages: fitting.slice(from, from + limit).map((one) => workspace.shown(channel.id, one, hasMetadata)),
    has_more: isMore,
    response_metadata: { next_cursor: isMore ? String(from + limit) : '' },
  }
}

const KINDS = { public: 'public_channel', private: 'private_channel', im: 'im', mpim: 'mpim' }

function listed(channels: readonly Channel[], given: Fields): Fields {
  const types = (textOf(given.types) || 'public_channel').split(',')
  const [limit, from] = [Number(given.limit ?? 100), Number(given.cursor || 0)]
  const fitting = channels.filter(
    ({ kind, isArchived }) => types.includes(KINDS[kind]) && !(isArchived && given.exclude_archived === 'true'),
  )
  return {
    channels: fitting.slice(from, from + limit).map(shownChannel),
    response_metadata: { next_cursor: fitting.length > from + limit ? String(from + limit) : '' },
  }
}

function shownChannel({ id, name, kind, members, isArchived }: Channel): Fields {
  const flags = {
    is_im: kind === 'im',
    is_mpim: kind === 'mpim',
    is_private: kind === 'private',
    is_archived: isArchived,
  }
  return { id, ...(kind === 'im' ? {} : { name }), ...flags, is_member: members.has(BOT.user) }
}

function uploadUrl(given: Fields, { workspace, url }: Ground): Fields {
  const id = `F${String(workspace.files.size + 1).padStart(8, '0')}`
  const [size, name] = [Number(given.length), textOf(given.filename)]
  if (!(size > 0) || name === '') throw new Refusal('invalid_arguments')
  workspace.files.set(id, {
    id,
    name,
    size,
    altText: textOf(given.alt_text) || null,
    content: Buffer.alloc(0),
    isComplete: false,
  })
  return { upload_url: `${url()}upload/${id}`, file_id: id }
}

function completeUpload(given: Fields, ground: Ground): Fields {
  const { workspace, rates } = ground
  const stored = listOf(given.files).map((one) => workspace.files.get(textOf(at(one, 'id'))))
  const channel = textOf(given.channel_id)
  if (channel !== '') rates.take(`post ${writable({ channel }, workspace).id}`, POSTS)
  const files = stored.map((file): Fields => {
    if (!file || file.content.length !== file.size) throw new Refusal('file_not_found')
    file.isComplete = true
    return { id: file.id, name: file.name, title: file.name, size: file.size }
  })
  if (channel !== '') {
    const more = { blocks: null, metadata: null, clientMsgId: null, threadTs: textOf(given.thread_ts) || null, files }
    workspace.add(channel, { user: BOT.user, botId: BOT.bot, text: textOf(given.initial_comment), ...more })
  }
  return { files }
}

function openView(given: Fields, ground: Ground): Fields {
  const user = ground.triggeredBy(textOf(given.trigger_id))
  if (user === null) throw new Refusal('expired_trigger_id')
  checkView(given.view ?? null, surroundings(ground, 'modal'))
  const id = `V${String(ground.workspace.views.size + 1).padStart(8, '0')}`
  const view: Fields = { ...(given.view as Fields), id }
  ground.workspace.views.set(id, { user, view })
  return { view }
}

/** Histories and lists have a scope for each kind of channel. */
export function scopeOf({ scope }: Method, given: Fields, workspace: Workspace): string | null {
  const kind = workspace.channels.get(textOf(given.channel))?.kind ?? 'public'
  const kinds = { public: 'channels', private: 'groups', im: 'im', mpim: 'mpim' }
  return scope === null ? null : scope.replace(/^channels(?=:history|:read)/, kinds[kind])
}
