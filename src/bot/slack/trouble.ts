// What a failed call to Slack means for the outbox, and for the bot's place in the workspace.
import { webApi } from '@slack/bolt'
import { SendTrouble, type Trouble } from '../outbox/chat.ts'

/** The token is of no use: until somebody has done something about it, nothing works. */
const DISMISSED = new Set([
  ...['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive', 'org_login_required'],
  ...['not_allowed_token_type', 'user_removed_from_team', 'team_disabled', 'team_access_not_granted', 'no_permission'],
])

// What Slack says, and what it means.
const GONE: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such channel, or the bot is not in it',
  is_archived: 'the channel is archived',
  not_in_channel: 'the bot is not in the channel: /invite it there',
  channel_type_not_supported: 'the bot cannot write in this kind of conversation',
  restricted_action: 'an admin of the workspace has forbidden it to post there',
  restricted_action_read_only_channel: 'the channel is read-only',
  restricted_action_thread_only_channel: 'in this channel only threads are allowed',
  restricted_action_non_threadable_channel: 'threads are not allowed in this channel',
  restricted_action_thread_locked: 'the thread is locked',
  thread_not_found: 'the message that it answers was deleted',
  cannot_reply_to_message: 'the message that it answers was deleted',
  message_not_found: 'the message was deleted',
  cant_update_message: 'the message is not the bot’s own',
  edit_window_closed: 'the message is too old to be edited',
  user_not_in_channel: 'who asked is not in the channel any more',
  user_not_found: 'who asked is not in the workspace any more',
  users_not_found: 'who asked is not in the workspace any more',
  cannot_dm_bot: 'who asked is a bot',
  messages_tab_disabled: 'the app’s Messages tab is switched off: App Home, Show Tabs',
  missing_scope: 'a scope is missing: `doctor` says which',
  ekm_access_denied: 'an admin of the workspace has suspended posting',
}

// It may have been done all the same.
const UNCERTAIN = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable'])
// In milliseconds, where Slack does not say how long.
const BREATH = 1000

/** The word with which Slack refuses a call; null where the call did not get that far. */
export function refusalOf(error: unknown): string | null {
  return error instanceof webApi.WebAPIPlatformError && /^[a-z_]+$/.test(error.data.error) ? error.data.error : null
}

export function isDismissal(error: unknown): boolean {
  return DISMISSED.has(refusalOf(error) ?? '')
}

/** How long Slack wants nothing more of this kind, in milliseconds; null where it does not say so. */
export function restOf(error: unknown): number | null {
  if (error instanceof webApi.WebAPIRateLimitedError) return Math.max(BREATH, error.retryAfter * 1000)
  return /^rate_?limited$|^message_limit_exceeded$/.test(refusalOf(error) ?? '') ? BREATH : null
}

export function sendTrouble(error: unknown): SendTrouble {
  if (error instanceof SendTrouble) return error
  const trouble = new SendTrouble(troubleOf(error))
  // Whoever tells of it sees no more than the word; only who is dismissed has to know by what.
  if (isDismissal(error)) trouble.cause = error
  return trouble
}

function troubleOf(error: unknown): Trouble {
  const rest = restOf(error)
  if (rest !== null) return { tag: 'limited', after: rest }
  const refusal = refusalOf(error)
  if (refusal === null) return unanswered(error)
  const gone = GONE[refusal]
  if (gone !== undefined) return { tag: 'gone', reason: `${gone} (${refusal})` }
  if (isDismissal(error)) return { tag: 'passing', reason: `Slack refuses the bot’s token (${refusal})` }
  if (UNCERTAIN.has(refusal)) return { tag: 'uncertain', reason: `Slack answered ${refusal}` }
  return { tag: 'gone', reason: `Slack refuses the message (${refusal})` }
}

// Nothing has left this machine.
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function unanswered(error: unknown): Trouble {
  if (error instanceof webApi.WebAPIHTTPError)
    return { tag: 'uncertain', reason: `Slack answered with status ${error.statusCode}` }
  const code = codeOf(error)
  if (UNSENT.has(code)) return { tag: 'passing', reason: `Slack cannot be reached (${code})` }
  return { tag: 'uncertain', reason: `Slack’s answer was lost${code === '' ? '' : ` (${code})`}` }
}

/** `ECONNREFUSED`, however deep it lies; the words of an error may hold what was sent. */
function codeOf(error: unknown): string {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 6; inner = inner.cause, depth++)
    if ('code' in inner && typeof inner.code === 'string' && /^[A-Z_]+$/.test(inner.code)) return inner.code
  return ''
}
