import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lookAtChats } from '../../src/bot/adapters.ts'
import { readConfig } from '../../src/bot/config.ts'
import { BotError } from '../../src/bot/error.ts'
import { examine } from '../../src/commands/check.ts'

const NONE = { data: null, demo: false }

function refusal(environment: Record<string, string>) {
  try {
    readConfig(NONE, environment)
  } catch (error) {
    if (error instanceof BotError) return error.facts
    throw error
  }
  return null
}

describe('the data directory', () => {
  test('is the option, else the variable, else .clusto', () => {
    const environment = { CLUSTO_DATA: '/srv/clusto' }
    expect(readConfig({ data: '/tmp/d', demo: false }, environment).data).toBe('/tmp/d')
    expect(readConfig(NONE, environment).data).toBe('/srv/clusto')
    expect(readConfig(NONE, {}).data).toBe(resolve('.clusto'))
  })

  test('of the demo is its own', () => {
    expect(readConfig({ data: null, demo: true }, {}).data).toBe(resolve('.clusto-demo'))
  })
})

describe('DATABASE_URL', () => {
  const environment = { DATABASE_URL: 'postgres://u:p@db/clusto' }

  test('is a server instead of the directory', () => {
    expect(readConfig(NONE, environment).databaseUrl).toBe('postgres://u:p@db/clusto')
  })

  test('gives way to a directory named at the command line, and the demo never touches a server', () => {
    expect(readConfig({ data: '/tmp/d', demo: false }, environment).databaseUrl).toBeNull()
    expect(readConfig({ data: null, demo: true }, environment).databaseUrl).toBeNull()
  })

  test.each(['mysql://u:secret@db/x', 'nonsense secret'])('%s is refused without being repeated', (url) => {
    const facts = refusal({ DATABASE_URL: url })
    expect(facts).toMatchObject({ variable: 'DATABASE_URL' })
    expect(JSON.stringify(facts)).not.toContain('secret')
  })

  test('set to nothing is not set', () => {
    expect(readConfig(NONE, { DATABASE_URL: ' ' }).databaseUrl).toBeNull()
  })
})

describe('the key for secrets', () => {
  const text = randomBytes(32).toString('base64')
  const directory = mkdtempSync(join(tmpdir(), 'clusto-key-'))
  const written = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content)
    return join(directory, name)
  }
  const keyIn = (environment: Record<string, string>) => {
    const { secretKey } = readConfig(NONE, environment)
    return secretKey.tag === 'given' ? secretKey.key.export().toString('base64') : secretKey
  }

  test('is a variable or a file, and shows itself nowhere', () => {
    expect(keyIn({ CLUSTO_SECRET_KEY: ` ${text}\n` })).toBe(text)
    expect(keyIn({ CLUSTO_SECRET_KEY: text.replace('=', '') })).toBe(text)
    expect(keyIn({ CLUSTO_SECRET_KEY_FILE: written('key', `${text}\n`) })).toBe(text)
    const config = readConfig(NONE, { CLUSTO_SECRET_KEY: text })
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain(text.slice(0, 8))
  })

  test('is a file in the data directory where none is given, and missing on a server', () => {
    expect(keyIn({ CLUSTO_DATA: '/srv/clusto' })).toEqual({ tag: 'made', file: '/srv/clusto/secret.key' })
    expect(keyIn({ DATABASE_URL: 'postgres://db/clusto' })).toEqual({ tag: 'missing' })
    expect(readConfig({ data: '/srv/demo', demo: true }, { CLUSTO_SECRET_KEY: text }).secretKey).toEqual({
      tag: 'made',
      file: '/srv/demo/secret.key',
    })
  })

  test.each([
    ['CLUSTO_SECRET_KEY', text.slice(4)],
    ['CLUSTO_SECRET_KEY', `${text}AAAA`],
    ['CLUSTO_SECRET_KEY', `!${text}`],
    ['CLUSTO_SECRET_KEY_FILE', written('short', text.slice(8))],
    ['CLUSTO_SECRET_KEY_FILE', written('empty', '')],
    ['CLUSTO_SECRET_KEY_FILE', join(directory, 'none')],
    ['CLUSTO_SECRET_KEY_FILE', directory],
  ])('%s is refused without being repeated: %#', (variable, value) => {
    const facts = refusal({ [variable]: value })
    expect(facts).toMatchObject({ variable })
    expect(JSON.stringify(facts)).not.toContain(text.slice(8, 20))
  })

  test('two of them are refused', () => {
    const both = { CLUSTO_SECRET_KEY: text, CLUSTO_SECRET_KEY_FILE: written('other', text) }
    expect(refusal(both)).toMatchObject({ variable: 'CLUSTO_SECRET_KEY' })
  })
})

describe('CLUSTO_ADMINS', () => {
  test('lists chat identities', () => {
    const { admins } = readConfig(NONE, { CLUSTO_ADMINS: 'slack:U012AB3CD, discord:80351110224678912,' })
    expect(admins).toEqual(['slack:U012AB3CD', 'discord:80351110224678912'])
  })

  test.each(['alice', 'slack:bob', 'discord:bob#1', 'os:root'])('%s is none', (identity) => {
    expect(refusal({ CLUSTO_ADMINS: `slack:U012AB3CD,${identity}` })).toMatchObject({
      variable: 'CLUSTO_ADMINS',
      reason: expect.stringContaining(identity),
    })
  })
})

describe('a chat that is half configured', () => {
  const environment = { DISCORD_APP_ID: '80351110224678912', SLACK_APP_TOKEN: 'xapp-1' }

  test('is none, and keeps nobody from asking', () => {
    const config = readConfig(NONE, environment)
    expect([config.slack, config.discord]).toEqual([null, null])
    expect(config.chatTrouble.map(({ facts }) => facts.variable)).toEqual(['SLACK_BOT_TOKEN', 'DISCORD_TOKEN'])
  })

  test('is told by doctor', async () => {
    const checks = await examine([lookAtChats(readConfig(NONE, environment))])
    expect(checks.map(({ name, state, detail }) => [name, state, detail.split(':')[0]])).toEqual([
      ['slack', 'failed', 'SLACK_BOT_TOKEN is wrong'],
      ['discord', 'failed', 'DISCORD_TOKEN is wrong'],
    ])
  })
})

describe('the file .env', () => {
  const before = process.cwd()
  const variable = process.env.CLUSTO_DATA

  beforeEach(() => {
    process.chdir(mkdtempSync(join(tmpdir(), 'clusto-env-')))
    delete process.env.CLUSTO_DATA
  })
  afterEach(() => {
    process.chdir(before)
    if (variable === undefined) delete process.env.CLUSTO_DATA
    else process.env.CLUSTO_DATA = variable
  })

  test('is read from the working directory, and the environment goes before it', () => {
    writeFileSync('.env', '# where things are\nCLUSTO_DATA=/from/file\n')
    expect(readConfig(NONE).data).toBe('/from/file')
    process.env.CLUSTO_DATA = '/from/environment'
    expect(readConfig(NONE).data).toBe('/from/environment')
  })

  test('need not be there', () => {
    expect(readConfig(NONE).data).toBe(resolve('.clusto'))
  })
})
