// What rules make of commands, and what those who are asked for their word are told: which rule it is, what an alias stands
// for, what became of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/bot/message.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

const language = createLanguage(COMMANDS)

describe.each(databases)('rules, on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot

  const ask = (text: string, author = 'os:ann'): Promise<Answer> => {
    const none = () => Promise.reject(new Error('no files here'))
    const place = { chat: 'test', thread: '{}', channel: null, isConfirmed: false, limit: 100 }
    return answer({ text, author, ...place, readFile: none, writeFile: none }, bot)
  }

  const said = async (text: string, author?: string): Promise<string> =>
    answerText(await ask(text, author), { width: 300, colour: false })

  const proposed = async (text: string) => {
    const answered = await ask(text)
    if (answered.tag === 'refused' || answered.reply.kind !== 'proposal') throw new Error(`no proposal: ${text}`)
    return answered.reply
  }

  const commandsOfAudit = async (): Promise<string[]> => {
    const { rows } = await inventory.database.knex.raw<{ rows: { command: string }[] }>(
      'select command from audit order by id',
    )
    return rows.map(({ command }) => command)
  }

  beforeEach(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands: COMMANDS }
    await enrolFirst(inventory.database.knex, [
      { identity: 'os:root', role: 'admin' },
      { identity: 'os:ann', role: 'operator' },
      { identity: 'os:bob', role: 'approver' },
    ])
    await ask('add server host1 host2 power.driver=simulated', 'os:root')
  })
  afterEach(() => closeInventory(inventory))

  test('approvals without a level are approvals all the same', async () => {
    expect(await said('rule set "power on" approvals 2', 'os:root')).toContain('waits for approval')
    expect(await proposed('power on host1')).toMatchObject({ level: 'destroy', needs: 2 })
    expect(await said('why power on host1')).toContain(
      'it waits for 2 approvals (rule 1: power on: 2 approvals), for 30 minutes',
    )
    await ask('rule set "power on" job on name:host2', 'os:root')
    const level = await said('why power on host2')
    expect(level).toContain('it is done at once (rule 2: power on on (name:host2): job)')
  })

  test.each([
    ['freeze', 'freeze host1 until 2h', 'os:bob'],
    ['lock', 'lock host1 "new disks" until 2h', 'os:ann'],
    ['schedule', 'schedule "@daily" count host1', 'os:ann'],
  ])('%s is confirmed as it was shown, whatever the time and its number are by then', async (command, text, author) => {
    await ask(`rule set ${command} confirm`, 'os:root')
    const asked = await ask(text, author)
    if (asked.tag === 'refused' || asked.reply.kind !== 'proposal') throw new Error(`no proposal: ${text}`)
    expect(await said(`confirm ${asked.reply.id}`, author)).not.toContain('refused')
    expect(await said(`pending`, author)).not.toContain(text)
    const { rows } = await inventory.database.knex.raw<{ rows: { state: string }[] }>('select state from proposals')
    expect(rows).toEqual([{ state: 'used' }])
  })

  test('typed without a level waits for what is typed', async () => {
    expect(await said('rule set "attr set" typed', 'os:root')).toContain('the own word of who asks')
    const { id, level } = await proposed('attr set host1 env prod')
    expect(level).toBe('confirm')
    expect(await said(`confirm ${id}`)).toContain(`confirm ${id} host1`)
    expect((await ask(`confirm ${id} host1`)).tag).toBe('done')
    const many = await proposed('attr set host[1-2] env lab')
    expect(many.typed).toBe('2')
    expect(await said(`confirm ${many.id} host1`)).toContain(`confirm ${many.id} 2`)
    expect((await ask(`confirm ${many.id} 2`)).tag).toBe('done')
  })

  test('a rule whose things nobody understands any more is about each of them where it asks for more, and for less about none', async () => {
    const rule = (subject: string, level: string, scope: string) =>
      inventory.database.knex.raw(
        `insert into rules (subject, level, scope, set_by, at) values (?, ?, ?, 'os:root', clock_timestamp())`,
        [subject, level, scope],
      )
    await rule('power on', 'destroy', 'driver:Gone')
    expect(await proposed('power on host1')).toMatchObject({ level: 'destroy' })
    await rule('power off', 'job', 'driver:Gone')
    expect(await proposed('power off host1')).toMatchObject({ level: 'destroy' })
    await rule('power cycle', 'job', 'name:host1 or name:gone')
    expect(await proposed('power cycle host1')).toMatchObject({ level: 'destroy' })
    await rule('attr del', 'confirm', 'name:host1 or name:gone')
    expect(await proposed('attr del host1 power.driver')).toMatchObject({ level: 'confirm' })
    expect(await ask('attr del host2 power.driver')).toMatchObject({ tag: 'done', reply: { kind: 'change' } })
    await rule('attr set', 'confirm', 'was read ( once')
    await rule('attr set', 'change', 'was read ( too')
    expect(await proposed('attr set host1 env lab')).toMatchObject({ level: 'confirm' })
  })

  test('minutes alone make nothing wait, and it is said', async () => {
    expect(await said('rule set "attr set" expires 5', 'os:root')).toContain('does not wait')
  })

  test('a rule about what is done at once does not make each yes wait', async () => {
    await ask('rule set change approvals 1', 'os:root')
    const { id } = await proposed('attr set host1 env prod')
    expect(await said(`approve ${id}`, 'os:bob')).toContain('host1 env = prod')
  })

  test('why names the rules that only say how many, for how long and that a name is typed', async () => {
    await ask('rule set destroy approvals 2 expires 60 typed', 'os:root')
    expect(await said('why delete host1 force')).toContain(
      '(by the command itself; rule 1: destroy: 2 approvals, expires after 60 minutes, the name is typed), for 60 minutes, with the name typed',
    )
  })

  test('more approvals than operators who could give them are warned of', async () => {
    const warning = 'warning: 3 approvals are needed and 2 operators may approve'
    expect(await said('rule set delete approvals 3', 'os:root')).toContain(warning)
    expect(await said('delete host1 force')).toContain(warning)
  })

  test('who comes late reads who did it, and what became of it', async () => {
    const { id } = await proposed('delete host1 force')
    await ask(`approve ${id}`, 'os:bob')
    const late = await said(`approve ${id}`, 'os:root')
    expect(late).toMatch(/was approved by bob at 2\S+Z: version 2; nothing more was done/)
    expect(late).not.toContain('again')
    const off = await proposed('power off host2')
    await ask(`approve ${off.id}`, 'os:bob')
    expect(await said(`approve ${off.id}`, 'os:root')).toMatch(/was approved by bob at \S+: job 1-eqf; nothing more/)
  })

  test('a plan that a new rule is stricter about says so', async () => {
    const { id } = await proposed('delete host1 force')
    await ask('rule set destroy approvals 2', 'os:root')
    expect(await said(`approve ${id}`, 'os:bob')).toContain(
      'by now it waits for 2 approvals (by the command itself; rule 1: destroy: 2 approvals)',
    )
  })

  test('what an alias stands for is shown, kept, and done', async () => {
    await ask('alias k = delete driver:Server and name:host1 force')
    const { id, means } = await proposed('k')
    expect(means).toBe('delete driver:Server and name:host1 force')
    expect(await said('k')).toContain(`  k\n  means: ${means}\n`)
    expect(await said('pending', 'os:bob')).toContain(`k (means: ${means})`)
    await ask('alias k = delete driver:Server force')
    expect(await said(`approve ${id}`, 'os:bob')).toContain('host1 deleted')
    expect(await said('find type:server')).toContain('host2')
    expect(await commandsOfAudit()).toContain(`k (means: ${means})`)
  })

  test('an alias among the things is shown too', async () => {
    await ask('alias mine = driver:Server and name:host1')
    await ask('alias ours = mine or name:host2')
    const { id, means } = await proposed('delete ours force because "old"')
    expect(means).toBe('delete ((driver:Server and name:host1) or name:host2) force because "old"')
    expect((await ask(`approve ${id}`, 'os:bob')).tag).toBe('done')
    expect(await said('find type:server')).toContain('nothing found')
  })

  test('a wrong code is one row', async () => {
    const before = await commandsOfAudit()
    await ask('link aaaaa-bbbbb', 'slack:U1')
    expect((await commandsOfAudit()).length).toBe(before.length + 1)
  })

  test('how far a job is, is a whole number', async () => {
    await ask('power on host1')
    await inventory.database.knex.raw(`update runs set state = 'running'`)
    await inventory.database.knex.raw(
      `insert into run_events (run_id, kind, step, percent, text)
       select run_id, 'progress', name, 53.633335, 'x' from run_steps order by position limit 1`,
    )
    const listed = await said('jobs')
    expect(listed).toMatch(/ 53 /)
    expect(listed).not.toContain('53.')
  })
})
