// Everything that the environment (and a file `.env` in the working directory) says, read and checked once: nothing else
// in the program reads it.
import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { readEnvFile } from './env-file.ts'
import { BotError } from './error.ts'
import { keyOfText, SECRET_KEY_LOOKS } from './key-text.ts'

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
  /** Directories with programs, in order. */
  readonly path: readonly string[]
  readonly secretKey: SecretKey
  /** The program that long answers are read in. */
  readonly pager: string | null
  /** The chats that the bot speaks in; null where it does not. */
  readonly slack: SlackSetting | null
  readonly discord: DiscordSetting | null
  /** Why a chat that is half configured is none: who serves chats is refused, and nobody else has to know. */
  readonly chatTrouble: readonly BotError<'bad-setting'>[]
  /** Where it answers over HTTP; null for nowhere. */
  readonly http: HttpSetting | null
}

export interface SlackSetting {
  readonly botToken: string
  /** How events come: through a socket that we open, or by requests to a port of ours. */
  readonly mode:
    | { readonly tag: 'socket'; readonly appToken: string }
    | { readonly tag: 'http'; readonly signingSecret: string; readonly port: number }
  /** Another server than Slack's own. */
  readonly apiUrl: string | null
}

export interface DiscordSetting {
  readonly token: string
  readonly appId: string
  /** The guild whose commands are kept; null for commands everywhere. */
  readonly guildId: string | null
  /** Another server than Discord's own, `https://discord.com/api`. */
  readonly apiUrl: string | null
}

export interface HttpSetting {
  readonly host: string
  readonly port: number
}

/** The key for secrets; what it holds does not show itself where it is printed. */
export type SecretKey =
  /** `file`: where it stands, if not in the environment. */
  | { readonly tag: 'given'; readonly variable: string; readonly key: KeyObject; readonly file: string | null }
  /** On the embedded database: made when it is first needed. */
  | { readonly tag: 'made'; readonly file: string }
  | { readonly tag: 'missing' }

type Environment = Readonly<Record<string, string | undefined>>

/** What the options say goes before what the environment says. Throws BotError `bad-setting`. */
export function readConfig(
  options: { readonly data: string | null; readonly demo: boolean },
  // The environment goes before the file.
  environment: Environment = { ...readEnvFile(), ...process.env },
): Config {
  const data = options.data ?? setting(environment, 'CLUSTO_DATA') ?? (options.demo ? '.clusto-demo' : '.clusto')
  // A directory that is named at the command line is meant, and a demo never touches a server.
  const url = options.data === null && !options.demo ? databaseUrl(environment) : null
  const made: SecretKey = url === null ? { tag: 'made', file: join(resolve(data), 'secret.key') } : { tag: 'missing' }
  const chatTrouble: BotError<'bad-setting'>[] = []
  const chat = <Setting>(read: (environment: Environment) => Setting | null): Setting | null => {
    try {
      return read(environment)
    } catch (error) {
      if (!(error instanceof BotError && error.code === 'bad-setting')) throw error
      chatTrouble.push(error as BotError<'bad-setting'>)
      return null
    }
  }
  return {
    data: resolve(data),
    databaseUrl: url,
    demo: options.demo,
    admins: admins(environment),
    user: `os:${userName()}`,
    plain: setting(environment, 'NO_COLOR') !== null || environment.TERM === 'dumb',
    path: (environment.PATH ?? '').split(delimiter),
    // The demo has its own, so that it is the same demo whatever is set.
    secretKey: options.demo ? made : (givenKey(environment) ?? made),
    pager: setting(environment, 'PAGER'),
    slack: chat(slack),
    discord: chat(discord),
    chatTrouble,
    http: http(environment),
  }
}

/** Set to nothing is not set. */
function setting(environment: Environment, variable: string): string | null {
  const value = environment[variable]
  return value === undefined || value.trim() === '' ? null : value
}

const KEY = 'CLUSTO_SECRET_KEY'
const KEY_FILE = 'CLUSTO_SECRET_KEY_FILE'

/** Its value is never repeated. */
function givenKey(environment: Environment): Extract<SecretKey, { tag: 'given' }> | null {
  const [text, named] = [setting(environment, KEY), setting(environment, KEY_FILE)]
  const refuse = (variable: string, reason: string) =>
    new BotError('bad-setting', { variable, reason, expected: SECRET_KEY_LOOKS })
  if (text !== null && named !== null) throw refuse(KEY, `${KEY_FILE} is set as well, and one of them is meant`)
  if (named !== null) {
    const file = resolve(named)
    const key = keyOfText(keyFile(file, refuse))
    if (key === null) throw refuse(KEY_FILE, 'the file holds no 32 bytes in base64')
    return { tag: 'given', variable: KEY_FILE, key, file }
  }
  if (text === null) return null
  const key = keyOfText(text)
  if (key === null) throw refuse(KEY, 'it is not 32 bytes in base64')
  return { tag: 'given', variable: KEY, key, file: null }
}

function keyFile(file: string, refuse: (variable: string, reason: string) => BotError): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw refuse(KEY_FILE, `the file cannot be read (${reason})`)
  }
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

/** A token alone is told what it lacks; its value is never repeated. */
function slack(environment: Environment): SlackSetting | null {
  const botToken = setting(environment, 'SLACK_BOT_TOKEN')
  const appToken = setting(environment, 'SLACK_APP_TOKEN')
  const signingSecret = setting(environment, 'SLACK_SIGNING_SECRET')
  const port = portOf(environment, 'SLACK_PORT')
  if (botToken === null) {
    if (appToken === null && signingSecret === null) return null
    throw missing('SLACK_BOT_TOKEN', appToken === null ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN', 'xoxb-…')
  }
  const apiUrl = urlOf(environment, 'SLACK_API_URL')
  if (appToken !== null) return { botToken, mode: { tag: 'socket', appToken }, apiUrl }
  if (signingSecret === null) throw missing('SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN', 'xapp-…, or SLACK_SIGNING_SECRET')
  if (port === null) throw missing('SLACK_PORT', 'SLACK_SIGNING_SECRET', '3000')
  return { botToken, mode: { tag: 'http', signingSecret, port }, apiUrl }
}

function discord(environment: Environment): DiscordSetting | null {
  const token = setting(environment, 'DISCORD_TOKEN')
  const appId = snowflake(environment, 'DISCORD_APP_ID')
  const guildId = snowflake(environment, 'DISCORD_GUILD_ID')
  if (token === null) {
    if (appId === null) return null
    throw missing('DISCORD_TOKEN', 'DISCORD_APP_ID', 'the token of the bot')
  }
  if (appId === null) throw missing('DISCORD_APP_ID', 'DISCORD_TOKEN', '80351110224678912')
  return { token, appId, guildId, apiUrl: urlOf(environment, 'DISCORD_API_URL') }
}

function missing(variable: string, other: string, expected: string): BotError {
  return new BotError('bad-setting', { variable, reason: `it is not set, although ${other} is`, expected })
}

function snowflake(environment: Environment, variable: string): string | null {
  const text = setting(environment, variable)
  if (text === null || /^\d{15,21}$/.test(text)) return text
  throw new BotError('bad-setting', { variable, reason: 'it is no id of Discord', expected: '80351110224678912' })
}

function urlOf(environment: Environment, variable: string): string | null {
  const text = setting(environment, variable)
  if (text === null) return null
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new BotError('bad-setting', {
      variable,
      reason: 'it is not a URL',
      expected: 'https://chat.example.org/api/',
    })
  return text
}

function portOf(environment: Environment, variable: string): number | null {
  const text = setting(environment, variable)
  if (text === null) return null
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text)
  throw new BotError('bad-setting', { variable, reason: 'it is not a port', expected: '3000' })
}

// Nobody but this machine, unless it is said.
const HTTP = '127.0.0.1:8080'

/** `127.0.0.1:8080`, `[::1]:8080`, `off` */
function http(environment: Environment): HttpSetting | null {
  const text = setting(environment, 'CLUSTO_HTTP') ?? HTTP
  if (text.toLowerCase() === 'off') return null
  const [, host = '', port = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/]+)):(\d{1,5})$/.exec(text)?.filter((part) => part !== undefined) ?? []
  if (host === '' || Number(port) > 65_535)
    throw new BotError('bad-setting', {
      variable: 'CLUSTO_HTTP',
      reason: 'it is no address and port',
      expected: `${HTTP}, or off`,
    })
  return { host, port: Number(port) }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that has no name.
    return `${process.getuid?.() ?? 'unknown'}`
  }
}
