// Writes slack-manifest.yaml, which an app of Slack is made from, of the commands and of what the adapter needs:
// `npm run docs`; a test checks that it is up to date.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { COMMAND, EVENTS, SCOPES } from '../src/bot/slack/needs.ts'
import type { Command } from '../src/commands/command.ts'
import { COMMANDS } from '../src/commands/registry.ts'

// Characters; Slack refuses more.
const LONGEST = 4000

/** The text of slack-manifest.yaml. */
export function slackManifest(commands: readonly Command[]): string {
  return `# Made by \`npm run docs\`: change it there. How to use it: docs/slack.md.\n${stringify(manifestOf(commands))}`
}

function manifestOf(commands: readonly Command[]) {
  return {
    display_information: {
      name: 'clusto',
      description: 'Ask and run the datacenter and its databases by typing commands',
      long_description: longDescription(commands),
      background_color: '#1f3a4d',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'clusto', always_online: true },
      slash_commands: [
        {
          command: COMMAND,
          description: 'Any command or question; elsewhere, mention the bot',
          usage_hint: 'locate web01',
          // Mentions of people and channels come as ids, which nobody can take over.
          should_escape: true,
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: { bot_events: [...EVENTS] },
      interactivity: { is_enabled: true },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  }
}

function longDescription(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(', ')
  const text = `Mention the bot, write to it directly, or type ${COMMAND}: a question such as "driver:Server in dc1", or one of its commands: ${names}. What destroys waits for somebody else's approval.`
  if (text.length > LONGEST) throw new Error('the long description is too long for Slack')
  return text
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('../slack-manifest.yaml', import.meta.url), slackManifest(COMMANDS))
