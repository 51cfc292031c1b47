// Who may do what, as several people ask it: what is granted holds from the next message on, and not beyond its limits.
import type { Knex } from 'knex'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/bot/message.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { setGroups, setMembers } from '../../src/inventory/operators/memberships.ts'
import { standingOf } from '../../src/inventory/operators/standing.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../inventory/open.ts'
import { COLLEAGUE, OPERATOR, Session } from '../language/session.ts'

describe.each(databases)('permissions, on %s', (kind) => {
  let opened: Inventory | null = null
  let session: Session
  const inventory = async () => {
    opened ??= await openInventory(kind)
    return opened
  }
  beforeEach(async () => {
    session = await Session.begin(await inventory(), false)
    await done('add server lab1 lab2 prod1 prod2')
    await done('pool create lab')
    await done('pool insert lab lab1 lab2')
  })
  afterAll(async () => {
    if (opened) await closeInventory(opened)
  })

  const ask = (text: string, author = OPERATOR, more: { isConfirmed?: boolean } = {}) =>
    session.ask(text, { author, ...more })
  const text = (answered: Answer) => answerText(answered, { width: 200, colour: false })
  async function done(command: string, author = OPERATOR): Promise<string> {
    const answered = await ask(command, author)
    expect(answered.tag, text(answered)).toBe('done')
    return text(answered)
  }
  async function refused(command: string, author: string): Promise<string> {
    const answered = await ask(command, author)
    expect(answered.tag, `${command}: ${text(answered)}`).toBe('refused')
    return answered.tag === 'refused' ? answered.refusal.code : ''
  }
  /** The admin as Slack knows them: marks are read as the chat writes them. */
  async function inSlack(): Promise<string> {
    await (await inventory()).database.knex.raw(
      `insert into identities select 'slack:U1ADMIN', operator_id, now() from identities where identity = ?`,
      [OPERATOR],
    )
    return 'slack:U1ADMIN'
  }
  async function proposal(command: string, author = OPERATOR): Promise<string> {
    const answered = await ask(command, author)
    if (answered.tag !== 'done' || answered.reply.kind !== 'proposal') throw new Error(text(answered))
    return answered.reply.id
  }

  test('somebody new is nobody until they are granted a role, and again when it is revoked', async () => {
    expect(await refused('find lab1', 'slack:U1NEW')).toBe('not-permitted')
    await done('grant reader to slack:U1NEW')
    await done('find lab1', 'slack:U1NEW')
    expect(await refused('attr set lab1 env lab', 'slack:U1NEW')).toBe('not-permitted')
    await done('revoke reader from U1NEW')
    expect(await refused('find lab1', 'slack:U1NEW')).toBe('not-permitted')
  })

  test('who is an operator is named so, who is not by their identity; an admin can type what a refusal advises', async () => {
    await done('grant reader to os:carol')
    await done(`link ${codeOf(await ask('link', 'os:carol'))}`, 'slack:U1CAROL')
    const advised = async (command: string, author: string): Promise<string> =>
      /`(grant [^`]+)`/.exec(text(await ask(command, author)))?.[1] ?? ''
    for (const [author, role, mark] of [
      ['slack:U1CAROL', 'operator', 'carol'],
      ['slack:U1NEW', 'operator', 'slack:U1NEW'],
      ['discord:51', 'operator', 'discord:51'],
      ['discord:51', 'approver', '51'],
    ] as const) {
      const command = role === 'operator' ? 'attr set lab1 env lab' : 'protect lab1 "month end"'
      expect(text(await ask(command, author))).toContain(`${mark} may not use`)
      expect(await advised(command, author)).toBe(`grant ${role} to ${mark}`)
      await done(await advised(command, author))
      await done(command, author)
    }
    expect(await done('history lab1')).toMatch(/ {2}carol\n {2}attr set lab1 env lab\n/)
    expect(await done('why grant reader to carol', 'slack:U1CAROL')).toContain('no: carol may not use grant')
  })

  test('an operator is called what an admin calls them, in answers and in commands, and no two are called the same', async () => {
    await done('grant reader to slack:U1BOB')
    await done('grant reader to os:carol')
    expect(await refused('operators rename U1BOB to bob', 'os:carol')).toBe('not-permitted')
    expect(await done('operators rename slack:U1BOB to bob')).toContain('U1BOB is called bob from now on')
    expect(text(await ask('attr set lab1 env lab', 'slack:U1BOB'))).toContain('bob may not use attr set')
    await done('grant operator to Bob')
    await done('attr set lab1 env lab', 'slack:U1BOB')
    expect(await done('operators')).toMatch(/^bob +slack:U1BOB +reader, operator/m)
    for (const [mark, name] of [
      ['carol', 'BOB'],
      ['carol', 'slack:U1BOB'],
      ['carol', '12'],
      ['slack:U1NEW', 'dave'],
    ])
      expect(await refused(`operators rename ${mark} to ${name}`, OPERATOR)).toBe('bad-operator-name')
    expect(await done('operators rename bob to bob')).toContain('already')
    expect(await done('audit by bob')).toContain('attr set lab1')
  })

  test('a scoped operator changes what is within the scope before and after, and nothing else', async () => {
    await done('grant operator to slack:U1LAB on (pool:lab)')
    await done('attr set lab1 env lab', 'slack:U1LAB')
    for (const command of [
      'attr set prod1 env lab',
      'pool insert lab prod1',
      'pool remove lab lab1',
      'connect lab1 prod1',
      'rename prod1 to lab9',
      'add server lab9',
      'plan connect lab1 prod1',
    ])
      expect(await refused(command, 'slack:U1LAB'), command).toBe('out-of-scope')
    expect(await done('count pool:lab')).toBe('2')
    expect(await done('why connect lab1 prod1', 'slack:U1LAB')).toContain(
      'no: U1LAB may use connect only on (pool:lab)',
    )
  })

  test('a scope that two grants give is told once', async () => {
    await done('grant operator to slack:U1LAB on (pool:lab)')
    await done('grant "attr set" to slack:U1LAB on (pool:lab)')
    const answered = await ask('attr set prod1 env lab', 'slack:U1LAB')
    expect(answered).toMatchObject({ refusal: { code: 'out-of-scope', facts: { scopes: ['pool:lab'] } } })
  })

  test('what is about no thing of the inventory does not say how many', async () => {
    await done('grant admin to slack:U1SECOND')
    const answered = await ask('grant admin to slack:U1THIRD')
    expect(answered).toMatchObject({ tag: 'done', reply: { kind: 'proposal', targets: [] } })
    expect(text(answered)).not.toContain('about')
  })

  test('what a scoped operator proposes is refused at once where it is beyond the scope', async () => {
    await done('grant operator to slack:U1LAB on (pool:lab)')
    await done('rule set attr confirm')
    const answered = await ask('attr set prod1 env lab', 'slack:U1LAB', { isConfirmed: false })
    expect(answered).toMatchObject({ tag: 'refused', refusal: { code: 'out-of-scope' } })
  })

  test('a single command is granted without the others, and its own proposal is confirmed', async () => {
    await done('grant "attr set" to slack:U1ATTR on (pool:lab)')
    await done('attr set lab1 env lab', 'slack:U1ATTR')
    expect(await refused('attr del lab1 env', 'slack:U1ATTR')).toBe('not-permitted')
    expect(await refused('attr set prod1 env lab', 'slack:U1ATTR')).toBe('out-of-scope')
    await done('rule set "attr set" confirm')
    const answered = await ask('attr set lab1 env dev', 'slack:U1ATTR', { isConfirmed: false })
    if (answered.tag !== 'done' || answered.reply.kind !== 'proposal') throw new Error(text(answered))
    await done(`confirm ${answered.reply.id}`, 'slack:U1ATTR')
    expect(await done('attr get lab1 env')).toContain('dev')
  })

  test('help tells what one may use, and of the rest who may', async () => {
    await done('grant reader to slack:U1NEW')
    const all = await done('help', 'slack:U1NEW')
    expect(all).toContain('find')
    expect(all).not.toContain('revoke')
    expect(await refused('help grant', 'slack:U1NEW')).toBe('not-permitted')
    expect(await refused('help gratn', 'slack:U1NEW')).toBe('unknown-command-help')
    expect(await done('why grant reader to bob', 'slack:U1NEW')).toContain('the permission admin is missing')
    expect(await done('why find lab1', 'slack:U9NOBODY')).toContain('nobody has made this identity an operator')
  })

  test('readers have words of their own, and none for everybody', async () => {
    await done('grant reader to slack:U1NEW')
    await done('alias mine = pool:lab', 'slack:U1NEW')
    await done('find mine', 'slack:U1NEW')
    expect(await refused('alias shared ours = pool:lab', 'slack:U1NEW')).toBe('not-permitted')
    await done('alias shared ours = pool:lab', COLLEAGUE)
    expect(await refused('alias remove shared ours', 'slack:U1NEW')).toBe('not-permitted')
    await done('alias remove mine', 'slack:U1NEW')
  })

  test('an alias does not widen a scope that was granted with it', async () => {
    await done('alias shared ours = pool:lab')
    await done('grant operator to slack:U1LAB on (ours)')
    await done('alias shared ours = prod* or pool:lab')
    expect(await refused('attr set prod1 env lab', 'slack:U1LAB')).toBe('out-of-scope')
    await done('attr set lab1 env lab', 'slack:U1LAB')
  })

  test('protecting is for approvers, and taking a protection back too', async () => {
    expect(await refused('protect prod1 "month end"', COLLEAGUE)).toBe('not-permitted')
    const answered = await ask('protect prod1 "month end"')
    const version = answered.tag === 'done' ? answered.version : null
    expect(await refused(`undo ${version}`, COLLEAGUE)).toBe('not-permitted')
    expect(await refused('delete prod1', COLLEAGUE)).toBe('protected-thing')
  })

  test('what needs a second right needs it for the same things', async () => {
    const who = 'slack:U1NEW'
    await done(`grant operator to ${who}`)
    await done(`grant approver to ${who} on name:lab1`)
    await done('lock prod1 "new disks"', COLLEAGUE)
    await done('lock lab1 "new disks"', COLLEAGUE)
    expect(await refused('unlock prod1 force', who)).toBe('out-of-scope')
    await done('unlock lab1 force', who)
    await done('unlock prod1 force')
    const answered = await ask('protect prod1 "month end"')
    const version = answered.tag === 'done' ? answered.version : null
    expect(await refused(`undo ${version}`, who)).toBe('out-of-scope')
    await done('pool create hot')
    await done('pool insert hot lab1')
    await done('freeze pool:hot')
    await done('unfreeze', who)
    await done('freeze pool:hot')
    await done('pool insert hot prod2')
    expect(await refused('unfreeze', who)).toBe('out-of-scope')
    await (await inventory()).database.knex.raw(`update freezes set scope = 'was read ( once'`)
    expect(await refused('unfreeze', who)).toBe('out-of-scope')
    await done('unfreeze')
  })

  test('an admin is made alone while there is one, and by two when there are two', async () => {
    await done('grant admin to slack:U1ADM')
    const id = await proposal('grant admin to slack:U2ADM')
    expect(await refused(`approve ${id}`, OPERATOR)).toBe('own-proposal')
    await done('grant approver to colleague')
    expect(await refused(`approve ${id}`, COLLEAGUE)).toBe('not-an-approver')
    expect(await refused('find lab1', 'slack:U2ADM')).toBe('not-permitted')
    await done(`approve ${id}`, 'slack:U1ADM')
    expect(await done('whoami', 'slack:U2ADM')).toContain('role admin')
    // No rule makes it less.
    await done('rule set grant change')
    await proposal('grant admin to slack:U3ADM')
  })

  test('the last admin stays, and a rule that asks for less needs a second one', async () => {
    expect(await refused('revoke admin from test', OPERATOR)).toBe('last-admin')
    await done('rule set destroy confirm')
    await done('grant admin to slack:U1ADM')
    await proposal('rule set delete change')
    await done('rule set "attr set" confirm')
    const own = await ask('revoke admin from test', OPERATOR, { isConfirmed: false })
    expect(own).toMatchObject({ tag: 'done', reply: { kind: 'proposal', level: 'confirm' } })
    await done('revoke admin from test')
    expect(await refused('grant reader to os:x', OPERATOR)).toBe('not-permitted')
    expect(await refused('revoke admin from U1ADM', 'slack:U1ADM')).toBe('last-admin')
  })

  test('a rule that another one weakens is not removed by one admin', async () => {
    await done('rule set "power off" destroy')
    await done('rule set destroy confirm')
    await done('grant admin to slack:U1ADM')
    const [, id = ''] = /(\d+)\s+power off/.exec(await done('rule list')) ?? []
    expect(await ask(`rule remove ${id}`)).toMatchObject({ reply: { kind: 'proposal', level: 'destroy' } })
  })

  test('what somebody may no longer do when it is their turn to write is not done', async () => {
    await done('grant operator to slack:U1NEW')
    let late: Promise<Answer> | null = null
    await (await inventory()).change(ENTRY, async ({ knex }) => {
      late = ask('attr set lab1 env late', 'slack:U1NEW')
      // The embedded database has one line: there it has not even been asked who it is.
      if (kind === 'postgres') await untilOneWaits(knex)
      await knex.raw(`update grants set revoked_at = clock_timestamp() where role = 'operator'`)
    })
    expect(await late).toMatchObject({ tag: 'refused', refusal: { code: 'not-permitted' } })
  })

  test('two admins who revoke each other at once: one stays', async () => {
    await done('grant admin to slack:U1ADM')
    const answers = await Promise.all([
      ask('revoke admin from U1ADM', OPERATOR),
      ask('revoke admin from test', 'slack:U1ADM'),
    ])
    expect(answers.map(({ tag }) => tag).sort()).toEqual(['done', 'refused'])
  })

  test('a group has a role for its members, from when they join', async () => {
    const { knex } = (await inventory()).database
    await done('grant reader to slack:U1NEW')
    await done('grant operator to slack:S1ONCALL')
    expect(await refused('attr set lab1 env lab', 'slack:U1NEW')).toBe('not-permitted')
    await knex.raw(
      `insert into memberships (identity, chat_group, since) values ('slack:U1NEW', 'slack:S1ONCALL', now())`,
    )
    await done('attr set lab1 env lab', 'slack:U1NEW')
    await done('revoke operator from slack:S1ONCALL')
    expect(await refused('attr set lab1 env dev', 'slack:U1NEW')).toBe('not-permitted')
  })

  test('whoever is in a group with a role needs nobody to make them an operator, and keeps nothing of it', async () => {
    const { knex } = (await inventory()).database
    const [group, other] = ['slack:S2ONCALL', 'slack:S3OTHERS']
    const now = async (identity: string) => {
      const { operator, grants } = await standingOf(knex, identity)
      return operator === null ? 'nobody' : grants.map(({ role }) => role).join(' ')
    }
    await setMembers(knex, group, ['slack:U2EARLY'])
    await setMembers(knex, other, ['slack:U4OTHER'])
    expect(await now('slack:U2EARLY')).toBe('nobody')
    // Who is in it already, and who comes later.
    expect(await done('grant reader to <!subteam^S2ONCALL|@oncall>', await inSlack())).toContain('one of its members')
    await done('count lab1', 'slack:U2EARLY')
    await setMembers(knex, group, ['slack:U2EARLY', 'slack:U3LATER'])
    await done('count lab1', 'slack:U3LATER')
    expect(await now('slack:U4OTHER')).toBe('nobody')
    await setMembers(knex, group, ['slack:U3LATER'])
    expect(await refused('count lab1', 'slack:U2EARLY')).toBe('not-permitted')
    await done(`revoke reader from ${group}`)
    expect(await refused('count lab1', 'slack:U3LATER')).toBe('not-permitted')
    expect([await now('slack:U2EARLY'), await now('slack:U3LATER')]).toEqual(['', ''])
    // A role in Discord, told with whoever has it; one that has ended makes nobody an operator.
    await setGroups(knex, 'discord', 'discord:51', ['discord:@90'])
    await done('grant reader to discord:@90')
    await setGroups(knex, 'discord', 'discord:52', ['discord:@90'])
    expect([await now('discord:51'), await now('discord:52')]).toEqual(['reader', 'reader'])
    await knex.raw(`update grants set until = now() where chat_group = 'discord:@90'`)
    await setGroups(knex, 'discord', 'discord:53', ['discord:@90'])
    expect([await now('discord:51'), await now('discord:53')]).toEqual(['', 'nobody'])
  })

  test('what is granted to a group while somebody joins it is theirs, whichever comes first', async () => {
    const { knex } = (await inventory()).database
    for (const at of [1, 2, 3, 4, 5])
      await Promise.all([
        done(`grant reader to slack:S9RACE${at}`),
        setMembers(knex, `slack:S9RACE${at}`, [`slack:U9RACE${at}`]),
        done(`grant reader to slack:U9RACE${at}`),
      ])
    for (const at of [1, 2, 3, 4, 5]) {
      const { grants } = await standingOf(knex, `slack:U9RACE${at}`)
      expect(grants.map(({ role }) => role)).toEqual(['reader', 'reader'])
    }
  })

  test('a name behind @ that was not picked is an operator, or a group that is known, or refused', async () => {
    const { knex } = (await inventory()).database
    await done('grant reader to slack:U7BOB')
    await knex.raw(`update operators set name = 'bobby' where name = 'U7BOB'`)
    const slack = await inSlack()
    expect(await done('grant operator to @Bobby', slack)).toContain('bobby has the role operator')
    expect(await refused('grant operator to @boby', slack)).toBe('not-picked')
    expect(text(await ask('grant operator to @boby', slack))).toMatch(/pick the name.*slack:U012AB3CD/i)
    expect(await refused('grant operator to slack:@boby', slack)).toBe('not-picked')
    const { rows } = await knex.raw<{ rows: unknown[] }>(`select from grants where chat_group like 'slack:@%'`)
    expect(rows).toEqual([])
    await done('grant operator to <@U8PICKED>', slack)
    await setMembers(knex, 'slack:@night', ['slack:U7BOB'])
    expect(await done('grant approver to @night', slack)).toContain('slack:@night has the role approver')
  })

  const codeOf = (answered: Answer): string => {
    if (answered.tag !== 'done' || answered.reply.kind !== 'change') throw new Error(text(answered))
    return String(answered.reply.chosen?.code)
  }

  test('two identities become one person by a code that is used once', async () => {
    const code = codeOf(await ask('link', COLLEAGUE))
    await done(`link ${code}`, 'slack:U1COL')
    await done('attr set lab1 env lab', 'slack:U1COL')
    expect(await done('whoami', 'slack:U1COL')).toContain('slack:U1COL is colleague\nso is os:colleague')
    expect(await refused(`link ${code}`, 'slack:U2EVIL')).toBe('link-refused')
    await done('link remove slack:U1COL', COLLEAGUE)
    expect(await refused('find lab1', 'slack:U1COL')).toBe('not-permitted')
  })

  test('the other identity of who asks does not approve', async () => {
    await done('grant approver to colleague')
    const code = codeOf(await ask('link', COLLEAGUE))
    await done(`link ${code}`, 'slack:U1COL')
    const id = await proposal('delete lab1 force', COLLEAGUE)
    expect(await refused(`approve ${id}`, 'slack:U1COL')).toBe('own-proposal')
  })

  test('a code is refused to somebody with roles of their own, to guessers, and when its time is over', async () => {
    const { knex } = (await inventory()).database
    const code = codeOf(await ask('link'))
    expect(await refused(`link ${code}`, COLLEAGUE)).toBe('link-refused')
    // It is used up by that.
    expect(await refused(`link ${code}`, 'slack:U1NEW')).toBe('link-refused')
    const late = codeOf(await ask('link'))
    await knex.raw(`update link_codes set expires_at = now() - interval '1 second'`)
    expect(await refused(`link ${late}`, 'slack:U1NEW')).toBe('link-refused')
    for (let i = 0; i < 4; i++) expect(await refused('link aaaaa-bbbbb', 'slack:U1NEW')).toBe('link-refused')
    const good = codeOf(await ask('link'))
    expect(text(await ask(`link ${good}`, 'slack:U1NEW'))).toContain('too many wrong codes')
    expect(await refused('link', 'slack:U9NOBODY')).toBe('link-refused')
  })

  test('a change of many things waits for a word, with counts by type and pool and samples', async () => {
    await done('add server big[01-30]')
    await done('add networkswitch sw[01-30]')
    await done('pool insert lab big*')
    const answered = await ask('attr set big* or sw* env lab', OPERATOR, { isConfirmed: false })
    expect(answered).toMatchObject({ tag: 'done', version: null, reply: { kind: 'proposal', level: 'confirm' } })
    const card = text(answered)
    expect(card).toContain('60 things: 30 networkswitch, 30 server')
    expect(card).toContain('in pools: lab 30, none 30')
    expect(card).toContain('big01: + env=lab')
    expect(await done('count attr:env')).toBe('0')
    await done('attr set big* or sw* env lab')
    expect(await done('count attr:env')).toBe('60')
  })
})

/** As soon as somebody waits for their turn to write. */
async function untilOneWaits(knex: Knex): Promise<void> {
  const limit = performance.now() + 20_000
  for (let waiting = 0; waiting === 0; ) {
    const { rows } = await knex.raw<{ rows: { count: number }[] }>(
      `select count(*) from pg_locks join pg_database d on d.oid = database
       where locktype = 'advisory' and not granted and datname = current_database()`,
    )
    waiting = rows[0]?.count ?? 0
    if (performance.now() > limit) throw new Error('nobody waits')
  }
}
