// A secret that somebody types all the same is nowhere afterwards: in no table, and not on standard error. The forms are
// those that take a value or a text; what a person writes in a free text is not taken for a secret.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { closeInventory, openInventory } from '../inventory/open.ts'

const RUNS = Number(process.env.RUNS ?? 60)
const language = createLanguage(COMMANDS)

const KEYS = [
  'password',
  'db_password',
  'DB_Password',
  'api_token',
  'db.password',
  'secret#0',
  'api_key',
  'ssh.passphrase',
]

/** `KEY` and `SECRET` are replaced; what a file holds stands behind the command. */
const FORMS: readonly (readonly [typed: string, file?: string])[] = [
  ['attr set s1 KEY SECRET'],
  ['attr set s1 KEY "SECRET"'],
  ["attr set s1 KEY 'SECRET'"],
  ['attr set s1 KEY “SECRET”'],
  ['attr set s1 "KEY" "a SECRET b"'],
  ['ATTR SET s1 KEY "a \\"SECRET b"'],
  ['attr set s1 env=prod KEY=SECRET'],
  ["attr set s1 env=prod KEY='a SECRET'"],
  ['attr set s1 KEY="a \\" SECRET" env=prod'],
  ['attr set s1:nic-eth:1 KEY SECRET'],
  ['attr set * KEY SECRET'],
  ['attr add s1 KEY SECRET'],
  ['attr add s1 KEY a b SECRET'],
  ['attr add s1 KEY "SECRET" because "INC-1"'],
  ['attr del s1 KEY SECRET'],
  ['attr set s1 KEY json:\'{"a":"SECRET"}\''],
  ['attr set s1 conf json:\'{"KEY":"SECRET"}\''],
  ['attr set s1 conf json:\'{"a":[{"KEY":["x","SECRET"]}]}\''],
  ['attr set s1 conf json:"{\\"KEY\\":\\"SECRET\\"}"'],
  ['add server s2 KEY=SECRET'],
  ['add server s[3-90] env=lab KEY="SECRET"'],
  ['find attr:KEY,SECRET'],
  ['count attr:KEY=SECRET by env'],
  ['delete attr:KEY,SECRET'],
  ['delete (attr:KEY="a SECRET") force'],
  ['power off attr:KEY,SECRET'],
  ['power on (s1 or attr:KEY,SECRET)'],
  ['rename s1 to s1x because "KEY=SECRET"'],
  ['rename s1x s1 because "KEY: \'SECRET\'"'],
  ['plan attr set s1 KEY SECRET'],
  ['plan plan attr set s1 KEY=SECRET'],
  ['why attr set s1 KEY SECRET'],
  ['alias pw = attr set s1 KEY SECRET'],
  ['alias pw = attr set s1 KEY "SECRET'],
  ['alias pw = attr set s1 env=prod KEY=SECRET'],
  ['alias pw = attr:KEY,SECRET'],
  ['alias shared pw = attr add s1 KEY SECRET'],
  ['alias shared pw = find attr:KEY="SECRET" and'],
  ['schedule "0 9 * * *" find attr:KEY,SECRET'],
  ['schedule "@daily" attr set s1 KEY SECRET'],
  ['schedule "@daily" catchup power on (s1 or attr:KEY,SECRET) notify #ops'],
  ['plan alias pw = attr set s1 KEY SECRET'],
  ['why schedule "@daily" attr set s1 KEY SECRET'],
  ['typed SECRET'],
  ['freeze attr:KEY,SECRET'],
  ['freeze (s1 or attr:KEY="SECRET") until 2h'],
  ['rule set "power on" confirm on (s1 or attr:KEY>"SECRET")'],
  ['lock attr:KEY,SECRET'],
  ['grant operator to eve on (attr:KEY,SECRET)'],
  ['rule set "power on" confirm on attr:KEY,SECRET'],
  ['import csv things.csv', 'name,driver,KEY\ns1,server,SECRET\n'],
  ['import csv things.csv because "KEY=SECRET"', 'name,driver\ns1,server\n'],
  ['import json things.json', '[{"name":"s1","driver":"server","attributes":{"KEY":"SECRET"}}]'],
  ['import yaml things.yaml', '- name: s1\n  driver: server\n  attributes:\n    KEY: SECRET\n'],
]

describe('secrets in what is typed', () => {
  let inventory: Inventory
  let bot: Bot
  const errors: string[] = []

  const ask = (text: string, file = '', isConfirmed = true, author = 'os:ann') => {
    const place = { author, chat: 'test', thread: '{}', channel: null, isConfirmed, limit: 100 }
    const readFile = () => Promise.resolve(new TextEncoder().encode(file))
    return answer({ text, ...place, readFile, writeFile: (name) => Promise.resolve(name) }, bot)
  }

  /** The tables of the database that hold a text somewhere. */
  const tablesWith = async (text: string): Promise<string[]> => {
    const { knex } = inventory.database
    const { rows } = await knex.raw<{ rows: { name: string }[] }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    expect(rows.length).toBeGreaterThan(30)
    // Files are kept as bytes, which Postgres writes in hex.
    const hex = Buffer.from(text).toString('hex')
    const each = rows.map(
      ({ name }) =>
        `select '${name}' as name where exists (select from ${name} t where t::text ilike '%${text}%' or t::text ilike '%${hex}%')`,
    )
    const found = await knex.raw<{ rows: { name: string }[] }>(each.join(' union all '))
    return found.rows.map(({ name }) => name)
  }

  beforeAll(async () => {
    inventory = await openInventory('embedded')
    bot = { inventory, language, commands: COMMANDS }
    await enrolFirst(inventory.database.knex, [
      { identity: 'os:ann', role: 'admin' },
      { identity: 'os:eve', role: null },
    ])
    for (const text of ['add server s1 power.driver=simulated', 'alias typed = attr set s1 password'])
      expect((await ask(text)).tag).toBe('done')
    vi.spyOn(process.stderr, 'write').mockImplementation((said) => {
      errors.push(String(said))
      return true
    })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await closeInventory(inventory)
  })

  test('what is looked through is where things are found', async () => {
    await ask('attr set s1 note findable7')
    expect(await tablesWith('findable7')).toEqual(expect.arrayContaining(['public.attributes', 'public.audit']))
  })

  test.each(FORMS.map(([typed, file = '']) => [typed, file] as const))('%s', async (typed, file) => {
    await expectNowhere(typed, file, 'password', 'zq81xw0mysecretvalue', true)
  })

  test('whichever key, whatever the secret is, confirmed or not', async () => {
    // Signs that end a bare word or a text would end the secret.
    const secret = fc.stringMatching(/^zq[a-z0-9_!$%&+./@^~-]{10,24}w$/)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FORMS),
        fc.constantFrom(...KEYS),
        secret,
        fc.boolean(),
        ([typed, file = ''], key, value, isConfirmed) => expectNowhere(typed, file, key, value, isConfirmed),
      ),
      { numRuns: RUNS },
    )
  }, 300_000)

  async function expectNowhere(typed: string, file: string, key: string, secret: string, isConfirmed: boolean) {
    const fill = (text: string) => text.replaceAll('KEY', () => key).replaceAll('SECRET', () => secret)
    // Of somebody who may do nothing, the refusal is kept.
    for (const author of ['os:eve', 'os:ann']) await ask(fill(typed), fill(file), isConfirmed, author)
    const like = secret.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)
    expect(await tablesWith(like), fill(typed)).toEqual([])
    expect(errors.filter((said) => said.includes(secret))).toEqual([])
  }
})
