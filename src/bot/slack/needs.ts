// What the bot needs of Slack, as data: the manifest is made of it, and `doctor` compares with it.

/** Scopes of the bot's token, and what each is for. */
export const SCOPES = {
  'app_mentions:read': 'hears a mention',
  'channels:history': 'reads what was typed while it was away',
  'channels:read': 'knows which channels it is in',
  'chat:write': 'answers',
  commands: 'has the command /clusto',
  'files:read': 'takes files that are imported',
  'files:write': 'shows pictures, and sends what is too long as a file',
  'groups:history': 'reads in private channels what was typed while it was away',
  'groups:read': 'knows which private channels it is in',
  'im:history': 'hears direct messages',
  'im:read': 'knows who wrote to it directly',
  'im:write': 'answers in a direct message what was pressed on its home page',
  'mpim:history': 'hears a mention in a conversation of a few',
  'mpim:read': 'knows which conversations of a few it is in',
  'usergroups:read': 'knows who is in a user group that has a role',
} as const

export type Scope = keyof typeof SCOPES

/** Without this one it is of no use at all. */
export const LEAST: Scope = 'chat:write'

export const EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'subteam_created',
  'subteam_members_changed',
  'subteam_updated',
  'tokens_revoked',
] as const

export const COMMAND = '/clusto'

/** Where Slack sends its requests in HTTP mode. */
export const PATH = '/slack/events'
