// Breaking the glass: who may, what it asks for, what it leaves behind, and what it cannot do.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/bot/message.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import { proposalCard } from '../../src/commands/proposal-card.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { notifyOf } from '../../src/inventory/operators/reviews.ts'
import { publicId, readPublicId } from '../../src/jobs/public-id.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { Session } from '../language/session.ts'

const language = createLanguage(COMMANDS)
const nowhere = () => Promise.reject(new Error('no files here'))
const GLASS = 'breakglass because "the hall is on fire"'

interface Given {
  readonly role: string
  readonly columns?: Readonly<Record<string, string>>
}

const ROLES_TRIED = ['reader', 'operator', 'approver', 'admin', 'delete'] as const
// Of the grant of breakglass beside the role; the things are host1 and guest1, the channel is #ops.
const LIMITS: Readonly<Record<string, Readonly<Record<string, string>> | null>> = {
  'not given': null,
  everywhere: {},
  'for it': { scope: 'name:host* or name:guest*' },
  'for others': { scope: 'name:other' },
  'of nothing any more': { scope: 'and and' },
  here: { channel: '#ops' },
  elsewhere: { channel: '#other' },
  'until later': { until: '2101-01-01' },
  expired: { until: '2001-01-01' },
  revoked: { revoked_at: '2001-01-01' },
}
const HOLDS = ['everywhere', 'for it', 'here', 'until later']

describe.each(databases)('breakglass, on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot
  let count = 0

  const raw = <T>(sql: string, ...bindings: readonly (string | number)[]) =>
    inventory.database.knex.raw<{ rows: T[] }>(sql, bindings)

  const ask = (text: string, author: string, more: Partial<Parameters<typeof answer>[0]> = {}): Promise<Answer> =>
    answer(
      {
        ...{ text, author, chat: 'slack', thread: '{"ts":"1"}', channel: '#ops', isConfirmed: true, limit: 10 },
        ...{ readFile: nowhere, writeFile: nowhere },
        ...more,
      },
      bot,
    )

  const text = (answered: Answer) => answerText(answered, { width: 200, colour: false })

  const code = async (line: string, author: string): Promise<string> => {
    const answered = await ask(line, author)
    return answered.tag === 'refused' ? answered.refusal.code : answered.reply.kind
  }

  const done = async (line: string, author: string) => {
    const answered = await ask(line, author)
    if (answered.tag === 'refused') throw new Error(`${line}: ${text(answered)}`)
    return answered.reply
  }

  /** A proposal of one's own. */
  const begun = async (line: string, author: string): Promise<string> => {
    const reply = await done(line, author)
    if (reply.kind !== 'proposal') throw new Error(`a proposal, and not ${reply.kind}`)
    return reply.id
  }

  async function enrol(identity: string, given: readonly Given[]): Promise<void> {
    await raw(
      `with made as (insert into operators (name, created_at) values (?, now()) returning id)
       insert into identities (identity, operator_id, linked_at) select ?, id, now() from made`,
      identity,
      identity,
    )
    for (const { role, columns = {} } of given) {
      const names = Object.keys(columns)
      await raw(
        `insert into grants (${['role', ...names, 'operator_id', 'granted_by', 'at'].join(', ')})
         values (${['role', ...names].map(() => '?').join(', ')}, (select operator_id from identities where identity = ?), 'test', now())`,
        role,
        ...Object.values(columns),
        identity,
      )
    }
  }

  const isThere = async (name: string): Promise<boolean> => {
    const { rows } = await raw<{ name: string }>('select name from things where name = ?', name)
    return rows.length > 0
  }

  beforeAll(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands: COMMANDS }
    await Session.begin(inventory, false, [{ identity: 'slack:U0ADMIN', role: 'admin' }])
    await enrol('discord:1', [{ role: 'admin' }])
    for (const role of ROLES_TRIED)
      for (const [limit, columns] of Object.entries(LIMITS))
        await enrol(`os:${role}/${limit}`, [{ role }, ...(columns === null ? [] : [{ role: 'breakglass', columns }])])
    await enrol('os:glass', [{ role: 'breakglass' }])
    await enrol('slack:U0GLASS', [{ role: 'operator' }, { role: 'breakglass' }])
    await raw(
      `insert into identities values ('os:glass2', (select operator_id from identities where identity = 'slack:U0GLASS'), now())`,
    )
  })
  afterAll(() => closeInventory(inventory))

  let host = ''
  beforeEach(async () => {
    host = `host${++count}`
    for (const line of [`add server ${host}`, `add virtualserver guest${count}`, `insert guest${count} into ${host}`])
      await done(line, 'slack:U0ADMIN')
  })

  test('nobody has it by a role, an admin as little as others; with it one needs the right of the command too', async () => {
    const may: string[] = []
    for (const role of ROLES_TRIED)
      for (const limit of Object.keys(LIMITS)) {
        const found = await code(`delete ${host} force ${GLASS}`, `os:${role}/${limit}`)
        if (found === 'proposal') may.push(`${role}/${limit}`)
        else expect(['not-permitted', 'out-of-scope'], `${role}/${limit}`).toContain(found)
      }
    const mightDo = ROLES_TRIED.filter((role) => role !== 'reader')
    expect(may).toEqual(mightDo.flatMap((role) => HOLDS.map((limit) => `${role}/${limit}`)))
    expect(await code(`delete ${host} force ${GLASS}`, 'os:glass')).toBe('not-permitted')
    expect(await code('find host1', 'os:glass')).toBe('not-permitted')
    expect(await code(`delete ${host} force ${GLASS}`, 'os:stranger')).toBe('not-permitted')
    expect(await isThere(host)).toBe(true)
  })

  test('it is refused before anything is read, and the refusal says what is missing and is audited', async () => {
    const seen: string[] = []
    const listen = ({ sql }: { sql: string }) => seen.push(sql)
    inventory.database.knex.on('query', listen)
    const answered = await ask(`delete ${host} force ${GLASS}`, 'os:admin/not given')
    inventory.database.knex.off('query', listen)
    const read = seen.filter(
      (sql) => !/^(?:BEGIN|COMMIT|begin|commit)\b|pg_advisory_xact_lock|\baudit\b|aliases/.test(sql),
    )
    expect(read).toEqual([expect.stringContaining('with who as')])
    expect(text(answered)).toContain('the permission breakglass is missing')
    expect(text(answered)).toContain('`grant breakglass to "os:admin/not given"`')
    const { rows } = await raw<{ decision: string }>('select decision from audit order by id desc limit 1')
    expect(rows[0]?.decision).toBe('denied')
  })

  test('the plan is shown, waits for the name, and then it is done: recorded, told to the admins, open for review', async () => {
    const card = await ask(`delete ${host} force ${GLASS}`, 'slack:U0GLASS')
    expect(text(card)).toContain('BREAKGLASS')
    const id = card.tag === 'done' && card.reply.kind === 'proposal' ? card.reply.id : ''
    const shown = await inventory.read((view) => proposalCard(view, readPublicId(id, 'proposal') ?? 0, COMMANDS))
    expect(shown?.card).toMatchObject({ id, breakglass: true })
    expect(await code(`approve ${id} ${host}`, 'slack:U0ADMIN')).toBe('not-yours')
    expect(await code(`confirm ${id} ${host}`, 'discord:1')).toBe('not-yours')
    expect(await code(`confirm ${id}`, 'slack:U0GLASS')).toBe('name-not-typed')
    expect(await code(`confirm ${id} host`, 'slack:U0GLASS')).toBe('name-not-typed')
    expect(await isThere(host)).toBe(true)
    const answered = await ask(`confirm ${id} ${host}`, 'slack:U0GLASS')
    expect(await isThere(host)).toBe(false)
    expect(text(answered)).toMatch(/review \d+-\w{3} is open until another admin closes it/)

    const { rows: audited } = await raw<Record<string, unknown>>(
      'select operator, name, outcome, rule, because, approvers from audit order by id desc limit 2',
    )
    expect(audited).toMatchObject([
      { name: 'delete', outcome: 'done', because: 'the hall is on fire', approvers: [] },
      { name: 'confirm', outcome: 'broke the glass' },
    ])
    expect(audited[0]?.rule).toBe('role operator; role breakglass')

    const { rows: reviews } = await raw<{ id: number; because: string; things: string[] }>(
      'select id, because, things from reviews order by id desc limit 1',
    )
    expect(reviews[0]).toMatchObject({ because: 'the hall is on fire', things: [host] })
    const { rows: notices } = await raw<Record<string, unknown>>(
      'select chat, thread, channel, mentions, text, sent_at from notices where review_id = ? order by chat',
      reviews[0]?.id ?? 0,
    )
    expect(await code(`confirm ${id} ${host}`, 'slack:U0GLASS')).toBe('proposal-closed')
    // Where it was typed for those who are there, and a direct message to those who are elsewhere.
    expect(notices).toMatchObject([
      { chat: 'discord', thread: '{}', channel: null, mentions: ['discord:1'], sent_at: null },
      { chat: 'slack', thread: '{"ts":"1"}', channel: '#ops', mentions: ['slack:U0ADMIN'] },
      { chat: 'terminal', thread: '{}', channel: null },
    ])
    expect(notices[0]?.text).toContain(`BREAKGLASS: slack:U0GLASS has done without an approval: delete ${host} force`)
    expect(notices.flatMap(({ mentions }) => mentions)).not.toContain('slack:U0GLASS')
  })

  test('of what was typed in a direct message the admins are told directly', async () => {
    const { knex } = inventory.database
    const { rows } = await raw<{ id: number; operator_id: number }>(
      `select r.id, i.operator_id from reviews r, identities i where i.identity = 'slack:U0ADMIN' order by r.id desc limit 1`,
    )
    const [{ id = 0, operator_id = 0 } = {}] = rows
    const message = JSON.stringify({ chat: 'slack', thread: '{"ts":"2"}' })
    expect(await notifyOf(knex, id, 'direct', [operator_id], { message, channel: null })).toEqual(['slack:U0ADMIN'])
    const told = await raw(`select thread, channel, mentions from notices where text = 'direct'`)
    expect(told.rows).toEqual([{ thread: '{}', channel: null, mentions: ['slack:U0ADMIN'] }])
  })

  test('a review is closed by an admin who is somebody else, once, and says what was found', async () => {
    await enrol(`os:both${count}`, [{ role: 'admin' }, { role: 'breakglass' }])
    const both = `os:both${count}`
    const id = await begun(`delete ${host} force ${GLASS}`, both)
    await done(`confirm ${id} ${host}`, both)
    const { rows } = await raw<{ id: number }>('select max(id) as id from reviews')
    const review = publicId(rows[0]?.id ?? 0, 'review')
    expect(text(await ask('doctor', 'slack:U0ADMIN'))).toMatch(new RegExp(`reviews +ok .*${review}`))
    expect(await code(`review close ${review} because "fine"`, both)).toBe('own-review')
    expect(await code(`review close ${review} because "fine"`, 'slack:U0GLASS')).toBe('not-permitted')
    expect(await code(`review close ${review}`, 'slack:U0ADMIN')).toBe('because-needed')
    expect(await code('review close 99999-xyz because "fine"', 'slack:U0ADMIN')).toBe('unknown-review')
    expect(await code(`review close ${review} because "it was burning"`, 'slack:U0ADMIN')).toBe('change')
    expect(await code(`review close ${review} because "again"`, 'discord:1')).toBe('review-closed')
    expect(text(await ask('review list', 'os:reader/not given'))).toMatch(
      new RegExp(`${review} +closed by U0ADMIN .*it was burning`),
    )
  })

  test('nobody closes their own under an identity that was joined to them since', async () => {
    const id = await begun(`delete ${host} force ${GLASS}`, 'slack:U0GLASS')
    await done(`confirm ${id} ${host}`, 'os:glass2')
    const { rows } = await raw<{ id: number }>('select max(id) as id from reviews')
    const review = publicId(rows[0]?.id ?? 0, 'review')
    await raw(
      `update identities set operator_id = (select operator_id from identities where identity = 'discord:1')
       where identity = 'slack:U0GLASS'`,
    )
    try {
      expect(await code(`review close ${review} because "fine"`, 'discord:1')).toBe('own-review')
    } finally {
      await raw(
        `update identities set operator_id = (select operator_id from identities where identity = 'os:glass2')
         where identity = 'slack:U0GLASS'`,
      )
    }
  })

  test('frozen, protected and locked things stay refused, when it is typed and when it is confirmed', async () => {
    const line = `delete ${host} force ${GLASS}`
    for (const [hold, lift, refusal] of [
      [`freeze ${host}`, 'unfreeze', 'frozen'],
      [`protect ${host} "master"`, `unprotect ${host}`, 'protected-thing'],
      [`lock ${host} "new disks"`, `unlock ${host}`, 'locked-thing'],
    ] as const) {
      const id = await begun(line, 'slack:U0GLASS')
      await done(hold, 'slack:U0ADMIN')
      expect(await code(line, 'slack:U0GLASS'), hold).toBe(refusal)
      expect(await code(`confirm ${id} ${host}`, 'slack:U0GLASS'), hold).toBe(refusal)
      await done(lift, 'slack:U0ADMIN')
    }
    expect(await isThere(host)).toBe(true)
  })

  test('who has lost the right, or the reach, before the name is typed has broken nothing', async () => {
    for (const [at, change] of [
      ["update grants set revoked_at = now() where role = 'breakglass' and operator_id = ", 'not-permitted'],
      ["update grants set scope = 'name:other' where role = 'breakglass' and operator_id = ", 'out-of-scope'],
      ["update grants set scope = 'name:other' where role = 'operator' and operator_id = ", 'out-of-scope'],
    ].entries()) {
      const who = `os:leaver${count}-${at}`
      await enrol(who, [{ role: 'operator' }, { role: 'breakglass' }])
      const id = await begun(`delete ${host} force ${GLASS}`, who)
      await raw(`${change[0]} (select operator_id from identities where identity = ?)`, who)
      expect(await code(`confirm ${id} ${host}`, who), change[0]).toBe(change[1])
    }
    expect(await isThere(host)).toBe(true)
    expect((await raw('select 1 from reviews where things @> ?::jsonb', JSON.stringify([host]))).rows).toEqual([])
  })

  test('a plan that has changed is shown again, and still needs the name', async () => {
    const id = await begun(`delete ${host} force ${GLASS}`, 'slack:U0GLASS')
    await done(`attr set ${host} env lab`, 'slack:U0ADMIN')
    const answered = await ask(`confirm ${id} ${host}`, 'slack:U0GLASS')
    const next =
      answered.tag === 'refused' && answered.refusal.code === 'plan-changed' ? answered.refusal.facts.next : ''
    expect(await code(`confirm ${next}`, 'slack:U0GLASS')).toBe('name-not-typed')
    expect(await code(`confirm ${next} ${host}`, 'slack:U0GLASS')).toBe('change')
    expect(await isThere(host)).toBe(false)
    expect((await raw('select 1 from reviews where things @> ?::jsonb', JSON.stringify([host]))).rows).toHaveLength(1)
  })

  test('where there is no glass it is not broken: what reads, what is done at once, and what guards the bot', async () => {
    const both = `os:guard${count}`
    await enrol(both, [{ role: 'admin' }, { role: 'breakglass' }])
    for (const line of [
      `find ${host}`,
      `attr set ${host} env lab`,
      `delete ${host}`,
      'grant admin to os:glass',
      'rule set delete confirm',
    ])
      expect(await code(`${line} ${GLASS}`, both), line).toBe('breakglass-refused')
    await done('rule set protect destroy', 'slack:U0ADMIN').catch(() => undefined)
    expect(await code(`protect ${host} "master" ${GLASS}`, both)).toBe('breakglass-refused')
    await raw('delete from rules')
    expect(await isThere(host)).toBe(true)
  })

  test('it is typed by whoever does it: no alias stands for it, and doing a job again does not inherit it', async () => {
    await done(`alias gone = delete ${host} force breakglass`, 'slack:U0GLASS')
    expect(await code('gone because "x"', 'slack:U0GLASS')).toBe('breakglass-refused')
    expect(await code('gone because "x breakglass because y"', 'slack:U0GLASS')).toBe('breakglass-refused')
    expect(await isThere(host)).toBe(true)
  })

  test('the right itself is given on the word of two admins', async () => {
    expect(await code('grant breakglass to slack:U0ADMIN', 'slack:U0ADMIN')).toBe('proposal')
    expect(await code(`delete ${host} force ${GLASS}`, 'slack:U0ADMIN')).toBe('not-permitted')
  })

  test('plan and why tell of it and do nothing', async () => {
    expect(text(await ask(`plan delete ${host} force ${GLASS}`, 'slack:U0GLASS'))).toContain(
      'by breaking the glass, after your own word with the name typed',
    )
    expect(await code(`plan delete ${host} force ${GLASS}`, 'os:admin/not given')).toBe('not-permitted')
    expect(text(await ask(`why delete ${host} force ${GLASS}`, 'os:admin/not given'))).toContain(
      'no: os:admin/not given may not use delete with breakglass',
    )
    expect(text(await ask(`why delete ${host} force ${GLASS}`, 'slack:U0GLASS'))).toContain(
      'it waits for your own word',
    )
    expect(await isThere(host)).toBe(true)
  })
})
