// Who is named as somebody who may approve: those whose yes would count, and nobody else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/bot/message.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import { mayApprove } from '../../src/commands/may-approve.ts'
import { proposalCard } from '../../src/commands/proposal-card.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { readPublicId } from '../../src/jobs/public-id.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

const language = createLanguage(COMMANDS)
const ASKER = 'os:asker'

/** What each of them was granted: by scope, channel, end and group. */
const GRANTS: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  everywhere: [{}],
  lab: [{ scope: 'pool:lab' }],
  prod: [{ scope: 'pool:prod' }],
  both: [{ scope: 'pool:lab' }, { scope: 'pool:prod' }],
  gone: [{ scope: 'pool:lab or pool:nowhere' }],
  here: [{ channel: '#ops' }],
  elsewhere: [{ channel: '#other' }],
  over: [{ until: '2001-01-01' }],
  revoked: [{ revoked_at: '2001-01-01' }],
  operates: [{ role: 'operator' }],
  left: [{}],
  asker: [{}],
}
const PEOPLE = Object.keys(GRANTS)

describe.each(databases)('who may approve, on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot

  const ask = (text: string, author = ASKER, channel = '#ops'): Promise<Answer> => {
    const none = () => Promise.reject(new Error('no files here'))
    const place = { chat: 'test', thread: '{}', channel, isConfirmed: true, limit: 100 }
    return answer({ text, author, ...place, readFile: none, writeFile: none }, bot)
  }

  const text = (answered: Answer) => answerText(answered, { width: 200, colour: false })

  const done = async (line: string, author?: string) => {
    const answered = await ask(line, author)
    if (answered.tag === 'refused') throw new Error(`${line}: ${text(answered)}`)
    return answered.reply
  }

  const proposed = async (line: string) => {
    const reply = await done(line)
    if (reply.kind !== 'proposal') throw new Error(`a proposal, and not ${reply.kind}`)
    return reply
  }

  const raw = (sql: string, ...bindings: readonly string[]) => inventory.database.knex.raw(sql, bindings)

  const grant = (who: string, columns: Readonly<Record<string, string>>) => {
    const given = { role: 'approver', ...columns }
    const names = Object.keys(given)
    return raw(
      `insert into grants (${names.join(', ')}, operator_id, granted_by, at)
       select ${names.map(() => '?').join(', ')}, operator_id, 'test', clock_timestamp() from identities where identity = ?`,
      ...Object.values(given),
      `os:${who}`,
    )
  }

  beforeAll(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands: COMMANDS }
    await enrolFirst(inventory.database.knex, [
      { identity: 'os:admin', role: 'admin' },
      ...[...PEOPLE, 'member', 'late'].map((name) => ({ identity: `os:${name}`, role: null })),
    ])
    for (const [who, given] of Object.entries(GRANTS)) for (const columns of given) await grant(who, columns)
    await raw(`insert into grants (role, chat_group, scope, granted_by, at)
      values ('approver', 'oncall', 'pool:lab', 'test', clock_timestamp())`)
    await raw(`insert into memberships (identity, chat_group, since) values ('os:member', 'oncall', clock_timestamp())`)
    for (const name of ['late', 'member', 'asker']) await grant(name, { role: 'operator' })
    await raw(`update operators set left_at = clock_timestamp() where name in ('left', 'os:left')`)
    for (const pool of ['lab', 'prod']) {
      await done(`pool create ${pool}`, 'os:admin')
      await done(`add server ${pool}[1-9]`, 'os:admin')
      await done(`pool insert ${pool} ${pool}[1-9]`, 'os:admin')
    }
  })
  afterAll(() => closeInventory(inventory))

  const LAB = ['admin', 'both', 'everywhere', 'here', 'lab', 'member']

  test.each([
    ['lab1', LAB],
    ['prod1', ['admin', 'both', 'everywhere', 'here', 'prod']],
    ['lab2 or prod2', ['admin', 'both', 'everywhere', 'here']],
  ])('of %s', async (things, expected) => {
    const command = `delete ${things} force`
    const { id, approvers } = await proposed(command)
    expect(approvers.map((name) => name.replace('os:', ''))).toEqual(expected)
    expect(text(await ask(`why ${command}`))).toContain(`may approve: ${approvers.join(', ')}`)
    const number = readPublicId(id, 'proposal') ?? 0
    const card = () => inventory.read((view) => proposalCard(view, number, COMMANDS))
    expect((await card())?.card.approvers).toEqual(approvers)
    // Whose right came later does not approve it, and is not called when it is told of again.
    await grant('late', {})
    expect((await card())?.card.approvers).toEqual(approvers)
    await raw(`delete from grants where role = 'approver' and operator_id = (
      select operator_id from identities where identity = 'os:late')`)

    // Nothing is done until somebody may; each who may is asked of a proposal of their own.
    const may: string[] = []
    for (const who of ['admin', 'late', 'member', ...PEOPLE].sort()) {
      const { id: own } = await proposed(command)
      const answered = await ask(`plan approve ${own}`, `os:${who}`)
      if (answered.tag === 'done') may.push(who)
    }
    expect(may).toEqual(expected)
  })

  test('how many statements it takes is a matter of the scopes, not of the people', async () => {
    const { targets } = await proposed('delete lab3 force')
    expect(targets).toEqual(['lab3'])
    const { rows } = await inventory.database.knex.raw<{ rows: { id: number }[] }>(
      `select id from things where name = 'lab3'`,
    )
    const counted = async () => {
      let count = 0
      const listen = () => count++
      const asked = { requester: 0, right: 'operate', channel: null, at: null, targets: rows } as const
      return inventory.read(async (view) => {
        await view.latest()
        view.knex.on('query', listen)
        await mayApprove(view, asked)
        view.knex.off('query', listen)
        return count
      })
    }
    const before = await counted()
    const more = Array.from({ length: 20 }, (_, i) => `more${i}`)
    await enrolFirst(
      inventory.database.knex,
      more.map((name) => ({ identity: `os:${name}`, role: null })),
    )
    for (const name of more) await grant(name, { scope: 'pool:lab' })
    expect(await counted()).toBe(before)
  })
})
