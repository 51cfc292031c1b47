// The key under which passwords and private keys are kept: as the configuration gives it, or on the embedded database a file
// that is made when the first secret is. Which key it was is noted in the database, so that another one is told as that and
// not as secrets that make no sense.
import { createHmac, type KeyObject, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import type { Knex } from 'knex'
import type { Check, Examination } from '../commands/check.ts'
import type { SecretKey } from './config.ts'
import { BotError } from './error.ts'
import { keyOfText, SECRET_KEY_LOOKS } from './key-text.ts'

/**
 * The key for whoever keeps or reads a secret: made where it may be and is not there yet. Throws BotError `bad-setting`
 * where there is none, or where secrets were kept under another one.
 */
export async function openSecretKey(secretKey: SecretKey, knex: Knex): Promise<KeyObject> {
  const noted = await notedIn(knex)
  const key = keyOf(secretKey, noted === null)
  const own = fingerprint(key)
  if (noted === null)
    await knex.raw('insert into secret_key (fingerprint, since) values (?, clock_timestamp()) on conflict do nothing', [
      own,
    ])
  // Another process may have been first.
  if ((noted ?? (await notedIn(knex))) !== own) throw wrong(secretKey, OTHER)
  return key
}

/** Which key secrets are kept under; null where none are. */
async function notedIn(knex: Knex): Promise<string | null> {
  const { rows } = await knex.raw<{ rows: { fingerprint: string }[] }>('select fingerprint from secret_key')
  return rows[0]?.fingerprint ?? null
}

const OTHER = 'it is another key than the one under which secrets are kept in this database'

/** `mayMake`: no secret is kept under a key that is gone. */
function keyOf(secretKey: SecretKey, mayMake: boolean): KeyObject {
  switch (secretKey.tag) {
    case 'given':
      return secretKey.key
    case 'made': {
      const key = readKey(secretKey)
      if (key !== null) return key
      if (mayMake) return makeKey(secretKey)
      throw wrong(secretKey, 'the file is gone, and secrets are kept under its key')
    }
    case 'missing':
      throw wrong(secretKey, 'it is not set, and on a Postgres server nothing is made in its place')
  }
}

type Made = Extract<SecretKey, { tag: 'made' }>

/** Null where there is no file yet. */
function readKey(made: Made): KeyObject | null {
  let text: string
  try {
    text = readFileSync(made.file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw wrong(made, 'the file cannot be read')
  }
  const key = keyOfText(text)
  if (key === null) throw wrong(made, 'the file holds no 32 bytes in base64')
  return key
}

/** Written whole under another name and then given its own: it is never half there, nor made twice. */
function makeKey(made: Made): KeyObject {
  const fresh = `${made.file}.${process.pid}`
  rmSync(fresh, { force: true })
  const file = openSync(fresh, 'wx', 0o600)
  try {
    writeSync(file, `${randomBytes(32).toString('base64')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(fresh, made.file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(fresh, { force: true })
  }
  const key = readKey(made)
  if (key === null) throw wrong(made, 'the file is gone again')
  return key
}

const nameOf = (secretKey: SecretKey): string => {
  if (secretKey.tag === 'made') return secretKey.file
  return secretKey.tag === 'given' ? secretKey.variable : 'CLUSTO_SECRET_KEY'
}

const wrong = (secretKey: SecretKey, reason: string): BotError =>
  new BotError('bad-setting', { variable: nameOf(secretKey), reason, expected: SECRET_KEY_LOOKS })

/** Says which key it is, and nothing of it. */
const fingerprint = (key: KeyObject): string =>
  createHmac('sha256', key).update('clusto: which key this is').digest('hex').slice(0, 16)

/** Reads, and makes nothing. */
export function keyExamination(secretKey: SecretKey, knex: Knex): Examination {
  return {
    name: 'key',
    look: async () => [checkOf(secretKey, await notedIn(knex))],
  }
}

/** `noted`: which key secrets are kept under, null where that is not known. */
export function checkOf(secretKey: SecretKey, noted: string | null): Check {
  const check = (state: Check['state'], detail: string): Check => ({ name: 'key', state, detail })
  const named = nameOf(secretKey)
  if (secretKey.tag === 'missing')
    return check(
      noted === null ? 'absent' : 'failed',
      `${named} is not set: needed to keep passwords and private keys; ${SECRET_KEY_LOOKS}`,
    )
  let key: KeyObject | null
  try {
    key = secretKey.tag === 'given' ? secretKey.key : readKey(secretKey)
  } catch (error) {
    if (!(error instanceof BotError && error.code === 'bad-setting')) throw error
    return check('failed', `${named}: ${(error as BotError<'bad-setting'>).facts.reason}: put the right one back`)
  }
  if (key === null)
    return noted === null
      ? check('ok', `${named} is made when the first secret is kept`)
      : check('failed', `${named} is gone, and secrets are kept under it: put it back`)
  const { file } = secretKey
  if (file !== null && (statSync(file).mode & 0o077) !== 0)
    return check('failed', `others can read ${file}: \`chmod 600\` it`)
  const own = fingerprint(key)
  if (noted !== null && noted !== own) return check('failed', `${named}: ${OTHER}: put that one back`)
  return check('ok', `${named} (${own})`)
}
