// Everything that the environment (and a file `.env` in the working directory) says, read and checked once: nothing else
// in the program reads it.
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { BotError } from './error.ts'

export interface Config {
  /** The embedded database's directory; artefacts and the terminal's history are there on either database. */
  readonly data: string
  /** A Postgres server instead of the embedded database. */
  readonly databaseUrl: string | null
  readonly demo: boolean
  /** Chat identities that are admins from the start. */
  readonly admins: readonly string[]
  /** The operating system's user, as an identity: `os:root`. */
  readonly user: string
  /** No colours: `NO_COLOR` is set, or the terminal is a dumb one. */
  readonly plain: boolean
  /** The program that long answers are read in. */
  readonly pager: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

/** What the options say goes before what the environment says. Throws BotError `bad-setting`. */
export function readConfig(
  options: { readonly data: string | null; readonly demo: boolean },
  environment: Environment = withFile(),
): Config {
  const data = options.data ?? setting(environment, 'CLUSTO_DATA') ?? (options.demo ? '.clusto-demo' : '.clusto')
  return {
    data: resolve(data),
    // A directory that is named at the command line is meant, and a demo never touches a server.
    databaseUrl: options.data === null && !options.demo ? databaseUrl(environment) : null,
    demo: options.demo,
    admins: admins(environment),
    user: `os:${userName()}`,
    plain: setting(environment, 'NO_COLOR') !== null || environment.TERM === 'dumb',
    pager: setting(environment, 'PAGER'),
  }
}

/** The environment, which goes before the file. */
function withFile(): Environment {
  try {
    return { ...parseEnv(readFileSync('.env', 'utf8')), ...process.env }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return process.env
    const reason = `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw new BotError('bad-setting', {
      variable: '.env',
      reason,
      expected: 'lines such as CLUSTO_DATA=/var/lib/clusto',
    })
  }
}

/** Set to nothing is not set. */
function setting(environment: Environment, variable: string): string | null {
  const value = environment[variable]
  return value === undefined || value.trim() === '' ? null : value
}

function databaseUrl(environment: Environment): string | null {
  const text = setting(environment, 'DATABASE_URL')
  if (text === null) return null
  const expected = 'postgres://user:password@host:5432/database'
  const refuse = (reason: string) => new BotError('bad-setting', { variable: 'DATABASE_URL', reason, expected })
  // Its value is never repeated: it holds a password.
  if (!URL.canParse(text)) throw refuse('it is not a URL')
  if (!/^postgres(ql)?:$/.test(new URL(text).protocol)) throw refuse('it does not begin with postgres://')
  return text
}

// Slack's members begin with U or W; Discord's are numbers (snowflakes).
const ADMIN = /^(?:slack:[UW][A-Z0-9]{2,30}|discord:\d{15,21})$/

function admins(environment: Environment): readonly string[] {
  const listed = (setting(environment, 'CLUSTO_ADMINS') ?? '').split(',').map((entry) => entry.trim())
  const found = listed.filter((entry) => entry !== '')
  const wrong = found.find((entry) => !ADMIN.test(entry))
  if (wrong !== undefined)
    throw new BotError('bad-setting', {
      variable: 'CLUSTO_ADMINS',
      reason: `${JSON.stringify(wrong)} is no chat identity`,
      expected: 'slack:U012AB3CD,discord:80351110224678912',
    })
  return [...new Set(found)]
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that has no name.
    return `${process.getuid?.() ?? 'unknown'}`
  }
}
