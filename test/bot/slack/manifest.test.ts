// The app is made from slack-manifest.yaml: it asks for what the adapter needs, and for no more.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { slackManifest } from '../../../scripts/slack-manifest.ts'
import { EVENTS, SCOPES } from '../../../src/bot/slack/needs.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { at } from './fake/json.ts'

const text = readFileSync(new URL('../../../slack-manifest.yaml', import.meta.url), 'utf8')
const manifest: unknown = parse(text)

describe('slack-manifest.yaml', () => {
  it('is up to date: npm run docs', () => {
    expect(text).toBe(slackManifest(COMMANDS))
  })

  it('has what the adapter needs', () => {
    expect(at(manifest, 'oauth_config', 'scopes', 'bot')).toEqual(Object.keys(SCOPES))
    expect(at(manifest, 'settings', 'event_subscriptions', 'bot_events')).toEqual(EVENTS)
    expect(at(manifest, 'settings', 'socket_mode_enabled')).toBe(true)
    expect(at(manifest, 'settings', 'interactivity', 'is_enabled')).toBe(true)
    expect(at(manifest, 'features', 'slash_commands', '0')).toMatchObject({ command: '/clusto', should_escape: true })
  })

  it('stays within what Slack takes', () => {
    const length = (...path: string[]) => String(at(manifest, ...path)).length
    expect(length('display_information', 'name')).toBeLessThanOrEqual(35)
    expect(length('display_information', 'description')).toBeLessThanOrEqual(140)
    expect(length('display_information', 'long_description')).toBeGreaterThanOrEqual(174)
    expect(length('display_information', 'long_description')).toBeLessThanOrEqual(4000)
    expect(length('features', 'slash_commands', '0', 'description')).toBeLessThanOrEqual(2000)
    expect(length('features', 'slash_commands', '0', 'usage_hint')).toBeLessThanOrEqual(1000)
  })

  it('asks for the scope of each event', () => {
    const scopes: readonly string[] = Object.keys(SCOPES)
    const needed: Record<string, string | null> = {
      ...{ app_home_opened: null, app_uninstalled: null, tokens_revoked: null, app_mention: 'app_mentions:read' },
      ...{ 'message.channels': 'channels:history', 'message.groups': 'groups:history' },
      ...{ 'message.im': 'im:history', 'message.mpim': 'mpim:history' },
      ...{
        subteam_created: 'usergroups:read',
        subteam_members_changed: 'usergroups:read',
        subteam_updated: 'usergroups:read',
      },
    }
    for (const event of EVENTS) expect([null, ...scopes]).toContain(needed[event])
  })
})
