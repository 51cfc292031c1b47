// What a payload of Slack means to the bot. The same thing has the same key however often and by whichever event it is told:
// a mention in a channel comes as `app_mention` and as `message`, under two event ids.
import type { Attached, Incoming } from '../inbox/incoming.ts'
import { field, list, text } from './payload.ts'
import { mentions, plainText } from './plain-text.ts'
import { privateRef, refTo, threadOfOwn, threadOn } from './thread.ts'

/** Who the bot is in the workspace. */
export interface Self {
  readonly user: string
  readonly bot: string | null
}

export type Heard =
  | { readonly tag: 'incoming'; readonly incoming: Incoming; readonly response: Response | null }
  /** A button, which may open a form before it does anything. */
  | { readonly tag: 'press'; readonly incoming: Incoming & { kind: 'press' }; readonly trigger: string | null }
  /** A line for a console, if one is open in its thread. */
  | { readonly tag: 'overheard'; readonly incoming: Incoming }
  | { readonly tag: 'home'; readonly user: string }
  | { readonly tag: 'group'; readonly id: string }
  /** The token may be of no use any more. */
  | { readonly tag: 'dismissed' }
  | { readonly tag: 'nothing' }

/** Where a slash command can be answered in a channel that the bot is not in, for half an hour. */
export interface Response {
  readonly answers: string
  readonly url: string
}

const NOTHING: Heard = { tag: 'nothing' }

export function heardIn(body: unknown, self: Self, now: Date): Heard {
  if (text(body, 'command') !== null) return slashIn(body, now)
  switch (text(body, 'type')) {
    case 'event_callback':
      return eventIn(field(body, 'event'), self)
    case 'block_actions':
      return pressIn(body, now)
    case 'view_submission':
      return submissionIn(body, now)
    default:
      return NOTHING
  }
}

function eventIn(event: unknown, self: Self): Heard {
  switch (text(event, 'type')) {
    case 'message':
    case 'app_mention':
      return messageIn(event, self)
    case 'app_home_opened':
      return homeIn(event)
    case 'subteam_created':
    case 'subteam_updated':
      return groupIn(text(event, 'subteam', 'id'))
    case 'subteam_members_changed':
      return groupIn(text(event, 'subteam_id'))
    case 'tokens_revoked':
    case 'app_uninstalled':
      return { tag: 'dismissed' }
    default:
      return NOTHING
  }
}

function homeIn(event: unknown): Heard {
  const user = text(event, 'user')
  return user === null || text(event, 'tab') === 'messages' ? NOTHING : { tag: 'home', user }
}

const groupIn = (id: string | null): Heard => (id === null ? NOTHING : { tag: 'group', id })

// A file that comes with words, a reply that the channel sees too, `/me`: all typed by somebody.
const TYPED = new Set([null, 'file_share', 'thread_broadcast', 'me_message'])

function messageIn(event: unknown, self: Self): Heard {
  const channel = text(event, 'channel')
  if (channel === null) return NOTHING
  if (text(event, 'subtype') === 'message_changed')
    return editIn(channel, field(event, 'message'), text(event, 'previous_message', 'text'), self)
  // Somebody put the mention in afterwards.
  if (text(event, 'edited', 'ts') !== null) return editIn(channel, event, null, self)
  const incoming = typedIn(channel, event, self, false)
  if (incoming !== null) return { tag: 'incoming', incoming, response: null }
  return text(event, 'thread_ts') === null ? NOTHING : overheardIn(channel, event, self)
}

/** A line for a console; what else people say to each other is none of the bot's business. */
function overheardIn(channel: string, event: unknown, self: Self): Heard {
  const [ts, root, typed] = [text(event, 'ts'), text(event, 'thread_ts'), text(event, 'text') ?? '']
  const author = authorOf(event, self)
  if (ts === null || root === null || author === null || !TYPED.has(text(event, 'subtype'))) return NOTHING
  if (!typed.startsWith('&gt;')) return NOTHING
  const incoming: Incoming = {
    ...{ chat: 'slack', key: keyOf(channel, ts), author, channel: placeOf(channel), thread: threadOn(channel, root) },
    ...{ at: timeOf(ts), isCaughtUp: false, answers: null, kind: 'message', isUnseen: false, isOverheard: true },
    ...{ text: plainText(typed, self.user), files: [] },
  }
  return { tag: 'overheard', incoming }
}

/** A message as it stands in a channel; null where it is not for the bot, or not typed by a person. */
export function typedIn(channel: string, message: unknown, self: Self, isCaughtUp: boolean): Incoming | null {
  const [ts, typed] = [text(message, 'ts'), text(message, 'text') ?? '']
  const author = authorOf(message, self)
  const isMeant = isDirect(channel) || mentions(typed, self.user)
  if (ts === null || author === null || !TYPED.has(text(message, 'subtype')) || !isMeant) return null
  // Written out: an object that begins with the spread of another takes 10 us, which is more than all the rest here.
  return {
    chat: 'slack',
    key: keyOf(channel, ts),
    author,
    channel: placeOf(channel),
    thread: threadOn(channel, text(message, 'thread_ts') ?? ts),
    at: timeOf(ts),
    isCaughtUp,
    answers: null,
    kind: 'message',
    text: plainText(typed, self.user),
    files: list(message, 'files').flatMap(attachedIn),
    isUnseen: false,
  }
}

/** Slack tells of it as well when it has added a preview or counted the replies. */
function editIn(channel: string, message: unknown, before: string | null, self: Self): Heard {
  const [ts, editedAt, typed] = [text(message, 'ts'), text(message, 'edited', 'ts'), text(message, 'text') ?? '']
  const author = authorOf(message, self)
  const isMeant = isDirect(channel) || mentions(typed, self.user)
  if (ts === null || editedAt === null || author === null || !isMeant || typed === before) return NOTHING
  const incoming: Incoming = {
    ...{ chat: 'slack', key: `edit ${channel} ${ts} ${editedAt}`, author, channel: placeOf(channel) },
    thread: threadOn(channel, text(message, 'thread_ts') ?? ts),
    at: timeOf(editedAt),
    isCaughtUp: false,
    answers: null,
    kind: 'edit',
    text: plainText(typed, self.user),
    of: keyOf(channel, ts),
  }
  return { tag: 'incoming', incoming, response: null }
}

function slashIn(body: unknown, now: Date): Heard {
  const [user, channel, trigger] = [text(body, 'user_id'), text(body, 'channel_id'), text(body, 'trigger_id')]
  if (user === null || channel === null || trigger === null) return NOTHING
  const url = text(body, 'response_url')
  const incoming: Incoming = {
    ...{ chat: 'slack', key: `slash ${trigger}`, author: `slack:${user}`, channel: placeOf(channel) },
    thread: threadOfOwn(channel, trigger),
    at: now.toISOString(),
    isCaughtUp: false,
    answers: trigger,
    kind: 'message',
    // There is nobody to be mentioned here.
    text: plainText(text(body, 'text') ?? '', ''),
    files: [],
    isUnseen: true,
  }
  return { tag: 'incoming', incoming, response: url === null ? null : { answers: trigger, url } }
}

function pressIn(body: unknown, now: Date): Heard {
  const action = list(body, 'actions')[0]
  const [user, button] = [text(body, 'user', 'id'), text(action, 'value')]
  const trigger = text(body, 'trigger_id')
  const actedAt = text(action, 'action_ts')
  if (user === null || button === null || (trigger === null && actedAt === null)) return NOTHING
  const own = trigger ?? `${user} ${actedAt}`
  const incoming: Incoming & { kind: 'press' } = {
    ...{ chat: 'slack', key: `press ${own}`, author: `slack:${user}`, ...pressedOn(body, user, own) },
    at: actedAt === null ? now.toISOString() : timeOf(actedAt),
    isCaughtUp: false,
    answers: null,
    kind: 'press',
    button,
    typed: null,
  }
  return { tag: 'press', incoming, trigger }
}

/** On the home page there is no message and no channel: it is answered in a direct message. */
function pressedOn(body: unknown, user: string, own: string): Pick<Incoming, 'channel' | 'thread'> & Carded {
  const channel = text(body, 'container', 'channel_id') ?? text(body, 'channel', 'id')
  const ts = text(body, 'container', 'message_ts') ?? text(body, 'message', 'ts')
  if (channel === null || ts === null) return { channel: null, thread: threadOfOwn(user, own), card: null }
  const root = text(body, 'message', 'thread_ts') ?? text(body, 'container', 'thread_ts')
  const isPrivate = field(body, 'container', 'is_ephemeral') === true
  return {
    channel: placeOf(channel),
    // Nothing can hang on a message that only one person sees.
    thread: isPrivate && root === null ? threadOfOwn(channel, own) : threadOn(channel, root ?? ts),
    card: isPrivate ? privateRef(channel, ts) : refTo(channel, ts),
  }
}

interface Carded {
  readonly card: string | null
}

/** What a form remembers of the press that opened it. */
export const pressedText = ({ button, card, channel, thread }: Incoming & { kind: 'press' }): string =>
  JSON.stringify({ button, card, channel, thread })

/** Block and action of the one line of a form. */
export const LINE = { block: 'line', action: 'typed' } as const

function submissionIn(body: unknown, now: Date): Heard {
  const view = field(body, 'view')
  const [user, id, kept] = [text(body, 'user', 'id'), text(view, 'id'), text(view, 'private_metadata')]
  const pressed: unknown = kept === null ? null : JSON.parse(kept)
  const [button, thread] = [text(pressed, 'button'), text(pressed, 'thread')]
  if (user === null || id === null || button === null || thread === null) return NOTHING
  const incoming: Incoming = {
    ...{ chat: 'slack', key: `form ${id}`, author: `slack:${user}`, channel: text(pressed, 'channel'), thread },
    at: now.toISOString(),
    isCaughtUp: false,
    answers: null,
    kind: 'press',
    button,
    card: text(pressed, 'card'),
    typed: text(view, 'state', 'values', LINE.block, LINE.action, 'value') ?? '',
  }
  return { tag: 'incoming', incoming, response: null }
}

/** Null for ourselves, for other bots, and for what Slack itself says. */
function authorOf(message: unknown, self: Self): string | null {
  const [user, bot] = [text(message, 'user'), text(message, 'bot_id')]
  return user === null || bot !== null || user === self.user || user === 'USLACKBOT' ? null : `slack:${user}`
}

function attachedIn(file: unknown): Attached[] {
  const [id, size] = [text(file, 'id'), field(file, 'size')]
  if (id === null) return []
  return [{ name: text(file, 'name') ?? id, size: typeof size === 'number' ? size : 0, source: id }]
}

const keyOf = (channel: string, ts: string): string => `message ${channel} ${ts}`
const isDirect = (channel: string): boolean => channel.startsWith('D')
const placeOf = (channel: string): string | null => (isDirect(channel) ? null : `#${channel}`)
/** `1700000000.000100` */
const timeOf = (ts: string): string => new Date(Number(ts) * 1000).toISOString()
