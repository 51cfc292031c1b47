// Writes what docs/discord.md says of the bot's own needs (the invite link, its permissions, the slash command) from the code:
// `npm run docs`; a test checks that it is up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { definitions } from '../src/bot/discord/commands.ts'
import { inviteLink, PERMISSIONS } from '../src/bot/discord/invite.ts'

const FILE = new URL('../docs/discord.md', import.meta.url)
const BLOCK = /(<!-- made by [^\n]* -->\n)[\s\S]*?(<!-- end -->)/

/** The page with that part made anew. */
export function discordPage(page: string): string {
  if (!BLOCK.test(page)) throw new Error('docs/discord.md has no place for what is made')
  return page.replace(BLOCK, (_, begin: string, end: string) => `${begin}${made()}${end}`)
}

function made(): string {
  const rows = PERMISSIONS.map(({ name, why }) => `| ${name} | ${why} |`)
  return [
    '',
    '## The invite link',
    '',
    `    ${inviteLink('<application id>')}`,
    '',
    '| permission | why |',
    '|---|---|',
    ...rows,
    '',
    'The slash command is registered when the bot connects, where it differs from this:',
    '',
    '```json',
    JSON.stringify(definitions(null), null, 2),
    '```',
    '',
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, discordPage(readFileSync(FILE, 'utf8')))
