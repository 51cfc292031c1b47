// What `doctor` tells of Slack: the token, its scopes, whether events come, and where the bot is; and what to click.
import type { webApi } from '@slack/bolt'
import type { Check } from '../../commands/check.ts'
import { channelsOf } from './channels.ts'
import { SCOPES } from './needs.ts'
import { list, text } from './payload.ts'
import { addScopes, chatRefused } from './refused.ts'
import { isDismissal, refusalOf } from './trouble.ts'

export async function checkSlack(client: webApi.WebClient, isHearing: boolean): Promise<readonly Check[]> {
  let who: unknown
  try {
    who = await client.auth.test()
  } catch (error) {
    return [{ name: 'slack token', state: 'failed', detail: tokenDetail(error) }]
  }
  return [
    {
      name: 'slack token',
      state: 'ok',
      detail: `${text(who, 'user') ?? 'the bot'} in ${text(who, 'team') ?? 'Slack'}`,
    },
    scopesCheck(missingScopes(who)),
    isHearing
      ? { name: 'slack events', state: 'ok', detail: 'heard' }
      : { name: 'slack events', state: 'failed', detail: 'not heard now; the bot goes on trying' },
    await channelsCheck(client),
  ]
}

/** Empty as well where Slack does not say which there are. */
export function missingScopes(who: unknown): readonly string[] {
  const granted = list(who, 'response_metadata', 'scopes')
  return granted.length === 0 ? [] : Object.keys(SCOPES).filter((scope) => !granted.includes(scope))
}

function tokenDetail(error: unknown): string {
  if (!isDismissal(error)) return `Slack cannot be asked (${refusalOf(error) ?? 'no answer'})`
  const { reason, next } = chatRefused(error, 'SLACK_BOT_TOKEN').facts
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
