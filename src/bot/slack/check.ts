// What `doctor` tells of Slack: the token, its scopes, whether events come, and where the bot is; and what to click.
import type { webApi } from '@slack/bolt'
import type { Check } from '../../commands/check.ts'
import { channelsOf } from './channels.ts'
import { SCOPES } from './needs.ts'
import { list, text } from './payload.ts'
import { addScopes, chatRefused, type Variable } from './refused.ts'
import { isDismissal, refusalOf } from './trouble.ts'

/** `events` tells whether they come, or could; empty where nobody can say. */
export async function checkSlack(
  client: webApi.WebClient,
  events: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  let who: unknown
  try {
    who = await client.auth.test()
  } catch (error) {
    return [{ name: 'slack token', state: 'failed', detail: tokenDetail(error, 'SLACK_BOT_TOKEN') }]
  }
  return [
    {
      name: 'slack token',
      state: 'ok',
      detail: `${text(who, 'user') ?? 'the bot'} in ${text(who, 'team') ?? 'Slack'}`,
    },
    scopesCheck(missingScopes(who)),
    ...(await events()),
    await channelsCheck(client),
  ]
}

/** Empty as well where Slack does not say which there are. */
export function missingScopes(who: unknown): readonly string[] {
  const granted = list(who, 'response_metadata', 'scopes')
  return granted.length === 0 ? [] : Object.keys(SCOPES).filter((scope) => !granted.includes(scope))
}

const EVENTS = 'slack events'

/** Of a bot that is at work. */
export function heardCheck(isHearing: boolean): Check {
  if (isHearing) return { name: EVENTS, state: 'ok', detail: 'heard' }
  return { name: EVENTS, state: 'failed', detail: 'not heard now; the bot goes on trying' }
}

/** Of one that is not: whether its app token would open a connection. */
export async function socketCheck(client: webApi.WebClient): Promise<Check> {
  try {
    await client.apps.connections.open({})
    return { name: EVENTS, state: 'ok', detail: 'the app token opens a connection' }
  } catch (error) {
    return { name: EVENTS, state: 'failed', detail: tokenDetail(error, 'SLACK_APP_TOKEN') }
  }
}

function tokenDetail(error: unknown, variable: Variable): string {
  if (!isDismissal(error) && refusalOf(error) !== 'missing_scope')
    return `Slack cannot be asked (${refusalOf(error) ?? 'no answer'})`
  const { reason, next } = chatRefused(error, variable).facts
  return `${reason}: ${next}`
}

function scopesCheck(missing: readonly string[]): Check {
  if (missing.length === 0) return { name: 'slack scopes', state: 'ok', detail: 'all that the bot needs' }
  return { name: 'slack scopes', state: 'failed', detail: addScopes(missing) }
}

async function channelsCheck(client: webApi.WebClient): Promise<Check> {
  const name = 'slack channels'
  try {
    const channels = await channelsOf(client, 'public_channel,private_channel')
    if (channels.length > 0) return { name, state: 'ok', detail: `the bot is in ${channels.length}` }
    return { name, state: 'absent', detail: 'the bot is in none: type /invite and its name in a channel' }
  } catch (error) {
    return { name, state: 'failed', detail: `they cannot be listed (${refusalOf(error) ?? 'no answer'})` }
  }
}
