// The file `.env` in the working directory: settings beside those of the environment, and who else can read it.
import { readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Check, Examination } from '../commands/check.ts'
import { BotError } from './error.ts'

const FILE = '.env'

type Settings = Readonly<Record<string, string | undefined>>

/** Nothing where there is no file. Throws BotError `bad-setting`. */
export function readEnvFile(file = FILE): Settings {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    const reason = `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw new BotError('bad-setting', {
      variable: FILE,
      reason,
      expected: 'lines such as CLUSTO_DATA=/var/lib/clusto',
    })
  }
}

// A key for secrets, a token, a password, and the URL that has one in it.
const SECRET = /TOKEN|SECRET|PASSWORD|ACCESS_KEY|^DATABASE_URL$/
// Only where it stands.
const NAMES_FILE = /_FILE$/

/** A row only where there is a file with a secret in it. */
export function envFileExamination(file = FILE): Examination {
  return { name: FILE, look: async () => checkOf(file) }
}

function checkOf(file: string): readonly Check[] {
  const secret = Object.entries(readEnvFile(file)).find(
    ([name, value]) => SECRET.test(name) && !NAMES_FILE.test(name) && value !== undefined && value.trim() !== '',
  )
  if (secret === undefined) return []
  const isOpen = (statSync(file).mode & 0o077) !== 0
  const detail = isOpen ? `others can read ${secret[0]} in ${file}: \`chmod 600\` it` : `only its owner can read it`
  return [{ name: FILE, state: isOpen ? 'failed' : 'ok', detail }]
}
