// The permission matrix, generated from the registry: every command, for every role, with every kind of limit. What is not
// granted is denied, and nothing but the standing of who asks is read before that is known.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wordsAfter } from '../../src/bot/completion.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import type { Command } from '../../src/commands/command.ts'
import { authorize, decide } from '../../src/commands/permit.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { type Standing, standingOf } from '../../src/inventory/operators/standing.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { OPERATOR, Session } from '../language/session.ts'

// The least role of each command by LANGUAGE.md: reader for what reads, operator for the rest, and these.
const EXCEPTIONS: Readonly<Record<string, string>> = {
  whoami: 'anyone',
  link: 'anyone',
  'link remove': 'anyone',
  why: 'anyone',
  help: 'anyone',
  // One's own words, and one's own proposals.
  alias: 'reader',
  'alias remove': 'reader',
  confirm: 'reader',
  deny: 'reader',
  approve: 'approver',
  protect: 'approver',
  unprotect: 'approver',
  freeze: 'approver',
  unfreeze: 'approver',
  grant: 'admin',
  revoke: 'admin',
  'operators rename': 'admin',
  'rule set': 'admin',
  'rule remove': 'admin',
  'review close': 'admin',
}
const RANKS = ['anyone', 'reader', 'operator', 'approver', 'admin']
const leastOf = ({ name, does }: Command): string => EXCEPTIONS[name] ?? (does === 'read' ? 'reader' : 'operator')

const ROLES_TRIED = ['reader', 'operator', 'approver', 'admin'] as const

/** Whether a role is enough, by the table above and by nothing of the code. */
const isEnough = (role: string, command: Command): boolean =>
  leastOf(command) === 'anyone' || (RANKS.includes(role) && RANKS.indexOf(role) >= RANKS.indexOf(leastOf(command)))

/** Each kind of limit: the grant as columns, and whether it holds in the channel of the question. */
const LIMITS: Readonly<
  Record<string, { readonly columns: Readonly<Record<string, string>>; readonly holds: boolean }>
> = {
  none: { columns: {}, holds: true },
  matching: { columns: { scope: 'name:lab1' }, holds: true },
  'not matching': { columns: { scope: 'name:lab2' }, holds: true },
  'of nothing any more': { columns: { scope: 'name:gone' }, holds: true },
  'no expression': { columns: { scope: 'and and' }, holds: true },
  'this channel': { columns: { channel: '#ops' }, holds: true },
  'other channel': { columns: { channel: '#other' }, holds: false },
  'until later': { columns: { until: '2101-01-01' }, holds: true },
  expired: { columns: { until: '2001-01-01' }, holds: false },
  revoked: { columns: { revoked_at: '2001-01-01' }, holds: false },
}

const language = createLanguage(COMMANDS)
const nowhere = () => Promise.reject(new Error('no files here'))

describe.each(databases)('the permission matrix, on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot
  beforeAll(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands: COMMANDS }
    const session = await Session.begin(inventory, false)
    await session.ask('add server lab1 lab2')
    const { knex } = inventory.database
    for (const role of [...ROLES_TRIED, 'attr set', 'attr'])
      for (const [limit, { columns }] of Object.entries(LIMITS)) {
        await enrolWith(`os:${role}/${limit}`)
        await give({ role, ...columns, operator: `os:${role}/${limit}` })
      }
    for (const role of ROLES_TRIED) {
      await enrolWith(`os:${role}/group`)
      await give({ role, chat_group: `group of ${role}` })
      await knex.raw('insert into memberships values (?, ?, now())', [`os:${role}/group`, `group of ${role}`])
    }
    await enrolWith('os:nothing')
  })
  afterAll(() => closeInventory(inventory))

  async function enrolWith(identity: string): Promise<void> {
    await inventory.database.knex.raw(
      `with made as (insert into operators (name, created_at) values (?, now()) returning id)
       insert into identities (identity, operator_id, linked_at) select ?, id, now() from made`,
      [identity, identity],
    )
  }

  async function give({ operator, ...columns }: Record<string, string>): Promise<void> {
    const names = Object.keys(columns)
    await inventory.database.knex.raw(
      `insert into grants (${[...names, 'operator_id', 'granted_by', 'at'].join(', ')})
       values (${names.map(() => '?').join(', ')}, (select operator_id from identities where identity = ?), 'test', now())`,
      [...Object.values(columns), operator ?? null] as string[],
    )
  }

  const standing = (identity: string): Promise<Standing> => standingOf(inventory.database.knex, identity)
  const allowed = (of: Standing): string[] =>
    COMMANDS.filter((command) => decide(of, command, '#ops').tag === 'allowed').map(({ name }) => name)
  const named = (commands: readonly Command[]): string[] => commands.map(({ name }) => name)

  test.each(ROLES_TRIED)('%s may use exactly the commands of its row, wherever its grant holds', async (role) => {
    for (const [limit, { holds }] of Object.entries(LIMITS)) {
      const expected = COMMANDS.filter((command) => isEnough(holds ? role : 'nobody', command))
      expect(allowed(await standing(`os:${role}/${limit}`)), limit).toEqual(named(expected))
    }
    const throughGroup = COMMANDS.filter((command) => isEnough(role, command))
    expect(allowed(await standing(`os:${role}/group`))).toEqual(named(throughGroup))
  })

  test('a command that was granted is that command and reading', async () => {
    for (const [limit, { holds }] of Object.entries(LIMITS))
      for (const [role, own] of [
        ['attr set', ['attr set']],
        ['attr', ['attr set', 'attr add', 'attr del']],
      ] as const) {
        const isOwn = ({ name }: Command) => own.some((one) => one === name)
        const expected = COMMANDS.filter((one) => isEnough(holds ? 'reader' : 'nobody', one) || (holds && isOwn(one)))
        expect(allowed(await standing(`os:${role}/${limit}`)), `${role} ${limit}`).toEqual(named(expected))
      }
  })

  test('nobody, and somebody without a role, may use what anyone may', async () => {
    const expected = named(COMMANDS.filter((command) => isEnough('nobody', command)))
    for (const identity of ['os:stranger', 'os:nothing', ''])
      expect(allowed(await standing(identity))).toEqual(expected)
  })

  test('a scope reaches what it matches, and a scope that means nothing reaches nothing', async () => {
    const target = await inventory.read(async ({ knex }) => {
      const { rows } = await knex.raw("select id, name, type, driver from things where name = 'lab1'")
      return rows
    })
    const attrSet = COMMANDS.find(({ name }) => name === 'attr set')
    if (!attrSet) throw new Error('no attr set')
    const reaches: string[] = []
    for (const limit of Object.keys(LIMITS)) {
      const decision = decide(await standing(`os:operator/${limit}`), attrSet, '#ops')
      if (decision.tag === 'denied') continue
      const isIn = await inventory
        .read((view) => authorize(view, language, decision, target))
        .then(
          () => true,
          () => false,
        )
      if (isIn) reaches.push(limit)
    }
    expect(reaches).toEqual(['none', 'matching', 'this channel', 'until later'])
  })

  const DENIED = COMMANDS.filter((command) => leastOf(command) !== 'anyone')
  const STRANGERS = ['os:stranger', 'os:nothing', 'os:admin/expired', 'os:admin/revoked', 'os:admin/other channel']

  /** What is asked of the database for one question, but for the refusal's row in the audit. */
  async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const { knex } = inventory.database
    const seen: string[] = []
    const listen = ({ sql }: { sql: string }) => seen.push(sql)
    knex.on('query', listen)
    await work()
    knex.off('query', listen)
    return seen.filter((sql) => !/^(?:BEGIN|COMMIT|begin|commit)\b|pg_advisory_xact_lock|\baudit\b/.test(sql))
  }

  const ask = (text: string, author: string, on: Bot = bot) =>
    answer(
      {
        text,
        author,
        chat: 'test',
        thread: '{}',
        channel: '#ops',
        isConfirmed: true,
        limit: 10,
        readFile: nowhere,
        writeFile: nowhere,
      },
      on,
    )

  test('every command is denied before anything is read but the standing of who asks', async () => {
    for (const command of DENIED)
      for (const example of command.examples.slice(0, 1))
        for (const [at, text] of [example, `plan ${example}`].entries()) {
          const author = STRANGERS[(DENIED.indexOf(command) + at) % STRANGERS.length] ?? ''
          const statements = await statementsOf(async () => {
            const answered = await ask(text, author)
            expect(answered, text).toMatchObject({ tag: 'refused', refusal: { code: 'not-permitted' } })
          })
          expect(statements, text).toEqual([expect.stringContaining('with who as')])
        }
  })

  test('what is not a command, and completion, read no more', async () => {
    for (const author of STRANGERS) {
      for (const text of ['nonsense', 'lab1 in', 'attr set lab1'])
        expect(await statementsOf(() => ask(text, author)), text).toHaveLength(1)
      expect(await statementsOf(() => wordsAfter('find la', author, bot, '#ops'))).toHaveLength(1)
      expect((await wordsAfter('find la', author, bot, '#ops')).words).toEqual([])
      expect((await wordsAfter('gr', author, bot, '#ops')).words).toEqual([])
    }
    const { words } = await wordsAfter('gr', 'os:operator/none', bot, '#ops')
    expect(words).toEqual(['graph'])
  })

  test('without any operator everything is denied, also to who was one', async () => {
    await inventory.database.knex.raw('truncate operators cascade')
    for (const command of DENIED)
      expect(await ask(command.examples[0] ?? '', OPERATOR), command.name).toMatchObject({
        tag: 'refused',
        refusal: { code: 'not-permitted' },
      })
  })

  test('without a database everything is denied', async () => {
    const other = await openInventory(kind)
    await Session.begin(other, false)
    await closeInventory(other)
    for (const command of COMMANDS)
      expect(await ask(command.examples[0] ?? '', OPERATOR, { ...bot, inventory: other }), command.name).toMatchObject({
        tag: 'refused',
        refusal: { source: 'database' },
      })
  })
})
