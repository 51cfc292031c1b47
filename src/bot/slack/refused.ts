// Why Slack does not take the bot, and what to click. The tokens themselves are never repeated.
import { BotError } from '../error.ts'
import { refusalOf } from './trouble.ts'

export type Variable = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN'

const APP = 'https://api.slack.com/apps, your app'

// Where each is found.
const COPY: Readonly<Record<Variable, string>> = {
  SLACK_BOT_TOKEN: `copy it again (${APP}, OAuth & Permissions, Bot User OAuth Token, xoxb-…), after installing the app`,
  SLACK_APP_TOKEN: `make one again (${APP}, Basic Information, App-Level Tokens, scope connections:write, xapp-…)`,
}

const REASONS: Readonly<Record<string, string>> = {
  invalid_auth: 'is wrong',
  not_authed: 'is empty',
  token_revoked: 'was revoked',
  token_expired: 'has expired',
  account_inactive: 'belongs to an app that was removed from the workspace',
  not_allowed_token_type: 'is a token of another kind',
  missing_scope: 'lacks a scope',
}

export function chatRefused(error: unknown, variable: Variable): BotError<'chat-refused'> {
  const word = refusalOf(error) ?? 'unknown'
  const reason = `${variable} ${REASONS[word] ?? 'is not accepted'} (${word})`
  return new BotError('chat-refused', { chat: 'Slack', reason, next: COPY[variable] })
}

export function scopesRefused(missing: readonly string[]): BotError<'chat-refused'> {
  return new BotError('chat-refused', {
    chat: 'Slack',
    reason: `the bot’s token lacks ${missing.join(', ')}`,
    next: addScopes(missing),
  })
}

export const addScopes = (missing: readonly string[]): string =>
  `add ${missing.join(', ')} (${APP}, OAuth & Permissions, Bot Token Scopes), reinstall the app there, and start the bot again`
