// Who may say yes to what, and when: every cell of the matrix, fifty clicks at once, and plans that are no longer the
// same. `RUNS=1000` changes the inventory that often between a plan and its approval.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/bot/message.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import { proposalCard } from '../../src/commands/proposal-card.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { setMembers } from '../../src/inventory/operators/memberships.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { readPublicId } from '../../src/jobs/public-id.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

const RUNS = Number(process.env.RUNS ?? 40)
const language = createLanguage(COMMANDS)

const ADMIN = 'os:admin'
const ASKER = 'os:asker'
const OTHERS = ['reader', 'operator', 'approver', 'here', 'elsewhere', 'late', 'member', 'latecomer', 'gone'] as const

describe.each(databases)('approvals, on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot
  let count = 0

  const ask = (text: string, author = ADMIN): Promise<Answer> => {
    const none = () => Promise.reject(new Error('no files here'))
    const place = { chat: 'test', thread: '{}', channel: null, isConfirmed: true, limit: 100 }
    return answer({ text, author, ...place, readFile: none, writeFile: none }, bot)
  }

  const done = async (text: string, author?: string) => {
    const answered = await ask(text, author)
    if (answered.tag === 'refused') throw new Error(`${text}: ${answerText(answered, { width: 100, colour: false })}`)
    return answered
  }

  const code = async (text: string, author: string): Promise<string> => {
    const answered = await ask(text, author)
    return answered.tag === 'done' ? 'done' : answered.refusal.code
  }

  const raw = (sql: string, ...bindings: readonly string[]) => inventory.database.knex.raw(sql, bindings)

  const isThere = async (name: string): Promise<boolean> => {
    const { reply } = await done(`find name:${name}`)
    return reply.kind === 'things' && reply.total > 0
  }

  /** A server with something on it, and a proposal to delete it all the same. */
  const proposed = async (): Promise<{ readonly name: string; readonly id: string }> => {
    const name = `host${++count}`
    await done(`add server ${name} env=lab`)
    await done(`add virtualserver guest${count}`)
    await done(`insert guest${count} into ${name}`)
    const { reply } = await done(`delete ${name} force`, ASKER)
    if (reply.kind !== 'proposal') throw new Error(`a proposal, and not ${reply.kind}`)
    return { name, id: reply.id }
  }

  const grant = (who: string, role: string, scope: string | null = null) =>
    raw(
      `insert into grants (role, operator_id, scope, granted_by, at)
       select ?, operator_id, ${scope === null ? 'null' : `'${scope}'`}, 'test', clock_timestamp() from identities where identity = ?`,
      role,
      who,
    )

  beforeAll(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands: COMMANDS }
    await enrolFirst(inventory.database.knex, [
      { identity: ADMIN, role: 'admin' },
      { identity: ASKER, role: 'operator' },
      ...OTHERS.map((name) => ({ identity: `os:${name}`, role: null })),
    ])
    for (const role of ['reader', 'operator', 'approver']) await grant(`os:${role}`, role)
    await grant('os:gone', 'approver')
    await grant('os:here', 'approver', 'driver:Server')
    await grant('os:elsewhere', 'approver', 'driver:Rack')
    for (const name of ['late', 'member', 'latecomer']) await grant(`os:${name}`, 'reader')
    await raw(
      `insert into grants (role, chat_group, granted_by, at) values ('approver', 'oncall', 'test', clock_timestamp())`,
    )
    await raw(`insert into memberships (identity, chat_group, since) values ('os:member', 'oncall', clock_timestamp())`)
    // The asker by another chat.
    await raw(`insert into identities (identity, operator_id, linked_at)
      select 'slack:U0ASKER', operator_id, clock_timestamp() from identities where identity = '${ASKER}'`)
  })
  afterAll(() => closeInventory(inventory))

  const CELLS: readonly (readonly [who: string, outcome: string])[] = [
    [ASKER, 'not-permitted'],
    ['slack:U0ASKER', 'not-permitted'],
    ['os:stranger', 'not-permitted'],
    ['os:reader', 'not-permitted'],
    ['os:operator', 'not-permitted'],
    ['os:elsewhere', 'not-an-approver'],
    ['os:late', 'not-an-approver'],
    ['os:latecomer', 'not-an-approver'],
    // Nobody before they were in the group.
    ['os:newcomer', 'not-an-approver'],
    ['os:gone', 'not-permitted'],
    ['os:approver', 'done'],
    ['os:here', 'done'],
    ['os:member', 'done'],
    [ADMIN, 'done'],
  ]

  test.each(CELLS)('%s: %s', async (who, outcome) => {
    const { name, id } = await proposed()
    // Given, joined and taken away after it was asked for.
    if (who === 'os:late') await grant(who, 'approver')
    if (who === 'os:latecomer' || who === 'os:newcomer')
      await setMembers(inventory.database.knex, 'oncall', ['os:member', 'os:latecomer', who])
    if (who === 'os:gone')
      await raw(
        `update grants set revoked_at = clock_timestamp() where operator_id = (
        select operator_id from identities where identity = ?)`,
        who,
      )
    expect(await code(`approve ${id}`, who)).toBe(outcome)
    expect(await isThere(name)).toBe(outcome !== 'done')
    // It goes on waiting for somebody who may, and is carried out once.
    if (outcome !== 'done') expect(await code(`approve ${id}`, 'os:approver')).toBe('done')
    expect(await isThere(name)).toBe(false)
    expect(await code(`approve ${id}`, ADMIN)).toBe('proposal-closed')
  })

  test('a name that is typed is the one that it is about, also where none is asked for', async () => {
    const { name, id } = await proposed()
    const refused = await ask(`approve ${id} db201`)
    expect(refused.tag === 'refused' && refused.refusal.code).toBe('name-not-typed')
    const said = answerText(refused, { width: 100, colour: false })
    expect(said).toContain(`${id} is about ${name}, and not about db201: nothing was done`)
    expect(said).toContain(`\`approve ${id}\``)
    expect(await code(`approve ${id} ${name} and more`, ADMIN)).toBe('name-not-typed')
    expect(await isThere(name)).toBe(true)
    expect(await code(`approve ${id} ${name}`, ADMIN)).toBe('done')
    expect(await isThere(name)).toBe(false)

    const both = [await proposed(), await proposed()].map((one) => one.name)
    const { reply } = await done(`delete ${both.join(' or ')} force`, ASKER)
    const many = reply.kind === 'proposal' ? reply.id : ''
    // One of them is not both.
    expect(await code(`approve ${many} ${both[0]}`, ADMIN)).toBe('name-not-typed')
    expect(await code(`approve ${many} 3`, ADMIN)).toBe('name-not-typed')
    expect(await code(`approve ${many} 2`, ADMIN)).toBe('done')
  })

  test('an approver who asks cannot approve it, under no identity', async () => {
    await raw(`insert into identities (identity, operator_id, linked_at)
      select 'slack:U0APPROVER', operator_id, clock_timestamp() from identities where identity = 'os:approver'`)
    const { reply } = await done('delete * in name:nowhere force', 'os:approver').catch(() => done('add server own1'))
    expect(reply.kind).toBe('change')
    const asked = await done('delete own1 force', 'os:approver')
    const id = asked.reply.kind === 'proposal' ? asked.reply.id : ''
    expect(await code(`approve ${id}`, 'os:approver')).toBe('own-proposal')
    expect(await code(`approve ${id}`, 'slack:U0APPROVER')).toBe('own-proposal')
    expect(await code(`confirm ${id}`, 'os:approver')).toBe('own-proposal')
    expect(await isThere('own1')).toBe(true)
  })

  test('who asked does not say yes as an identity that they have parted from themselves since', async () => {
    const { knex } = inventory.database
    await raw(`insert into identities (identity, operator_id, linked_at)
      select 'slack:U0PARTED', operator_id, clock_timestamp() from identities where identity = '${ASKER}'`)
    await setMembers(knex, 'oncall', ['os:member', 'slack:U0PARTED'])
    const { name, id } = await proposed()
    await done('link remove slack:U0PARTED', ASKER)
    // As when the chat tells its groups the next time: it is a member as before, and an operator of its own now.
    await setMembers(knex, 'oncall', ['os:member', 'slack:U0PARTED'])
    expect(await code(`approve ${id}`, 'slack:U0PARTED')).toBe('not-an-approver')
    expect(await isThere(name)).toBe(true)
    await setMembers(knex, 'oncall', ['os:member'])
  })

  test('ids that were mistyped or made up approve nothing', async () => {
    const { name, id } = await proposed()
    const [number = '', check = ''] = id.split('-')
    const forged = [`${number}-zzz`, `${Number(number) + 1}-${check}`, number, `-${check}`, `999999-${check}`]
    for (const wrong of forged) expect(await code(`approve "${wrong}"`, 'os:approver'), wrong).toBe('unknown-proposal')
    expect(await isThere(name)).toBe(true)
  })

  test('what is over is over: expired, taken back, denied', async () => {
    const expired = await proposed()
    await raw(`update proposals set expires_at = clock_timestamp() - interval '1 second' where state = 'pending'`)
    expect(await code(`approve ${expired.id}`, 'os:approver')).toBe('proposal-closed')
    expect(await code(`approve ${expired.id}`, 'os:approver')).toBe('proposal-closed')
    const cancelled = await proposed()
    expect(await code(`deny ${cancelled.id}`, ASKER)).toBe('done')
    expect(await code(`approve ${cancelled.id}`, 'os:approver')).toBe('proposal-closed')
    const denied = await proposed()
    expect(await code(`deny ${denied.id}`, 'os:reader')).not.toBe('done')
    expect(await code(`deny ${denied.id}`, 'os:approver')).toBe('done')
    expect(await code(`approve ${denied.id}`, ADMIN)).toBe('proposal-closed')
    for (const { name } of [expired, cancelled, denied]) expect(await isThere(name)).toBe(true)
  })

  test('fifty clicks at once are one', async () => {
    const { name, id } = await proposed()
    const before = await inventory.read((view) => view.latest())
    const clicks = await Promise.all(
      Array.from({ length: 50 }, (_, at) => code(`approve ${id}`, at % 2 === 0 ? 'os:approver' : ADMIN)),
    )
    expect(clicks.filter((outcome) => outcome === 'done')).toHaveLength(1)
    expect(new Set(clicks)).toEqual(new Set(['done', 'proposal-closed']))
    expect(await inventory.read((view) => view.latest())).toBe(before + 1)
    expect(await isThere(name)).toBe(false)
  })

  test('two approvals are two people, and each still has the right at the end', async () => {
    await raw(`insert into rules (subject, approvals, set_by, at) values ('delete', 2, 'test', clock_timestamp())`)
    try {
      const { name, id } = await proposed()
      expect(await code(`approve ${id}`, 'os:approver')).toBe('done')
      expect(await code(`approve ${id}`, 'slack:U0APPROVER')).toBe('done')
      expect(await isThere(name)).toBe(true)
      expect(await code(`approve ${id}`, 'os:member')).toBe('done')
      expect(await isThere(name)).toBe(false)

      const second = await proposed()
      expect(await code(`approve ${second.id}`, 'os:member')).toBe('done')
      await raw(`delete from memberships where identity = 'os:member'`)
      expect(await code(`approve ${second.id}`, 'os:approver')).toBe('done')
      expect(await isThere(second.name)).toBe(true)
      expect(await code(`approve ${second.id}`, ADMIN)).toBe('done')
      expect(await isThere(second.name)).toBe(false)

      const third = await proposed()
      expect(await code(`approve ${third.id}`, 'os:approver')).toBe('done')
      expect(await code(`deny ${third.id}`, 'os:approver')).toBe('done')
      const number = readPublicId(third.id, 'proposal') ?? 0
      const card = await inventory.read((view) => proposalCard(view, number, COMMANDS))
      expect(card).toMatchObject({ state: 'denied', approvedBy: [], deniedBy: ['approver'] })
    } finally {
      await raw('delete from rules')
    }
  })

  test('who asked has lost the right: it is refused', async () => {
    const { name, id } = await proposed()
    await raw(
      `update grants set until = clock_timestamp() where operator_id = (
      select operator_id from identities where identity = ?)`,
      ASKER,
    )
    expect(await code(`approve ${id}`, 'os:approver')).toBe('not-permitted')
    expect(await isThere(name)).toBe(true)
    await raw(
      `update grants set until = null where operator_id = (
      select operator_id from identities where identity = ?)`,
      ASKER,
    )
    expect(await code(`approve ${id}`, 'os:approver')).toBe('proposal-closed')
  })

  const PLANS: readonly ((name: string) => string)[] = [
    (name) => `delete ${name} force`,
    (name) => `power off ${name}`,
    (name) => `power cycle ${name}`,
    (name) => `rebuild ${name}`,
  ]
  /** What somebody else does meanwhile, and how a yes to a plan to delete, or to a job, is refused then; null where it goes on. */
  type Meanwhile = readonly [
    change: (name: string, guest: string, word: string) => string,
    deletes: string | null,
    job: string | null,
  ]
  const CHANGES: readonly Meanwhile[] = [
    [(name, _, word) => `attr set ${name} env "${word}"`, 'plan-changed', null],
    [(name, _, word) => `attr add ${name} note "${word}"`, 'plan-changed', null],
    [(name) => `attr del ${name} env`, 'plan-changed', null],
    [(name) => `setdriver ${name} appliance`, 'plan-changed', null],
    // What it reaches: those on it, its owner, its pools, its feeds.
    [(_name, guest) => `delete ${guest}`, 'plan-changed', 'plan-changed'],
    [(name, guest) => `remove ${guest} from ${name}`, 'plan-changed', 'plan-changed'],
    [(name) => `insert spare into ${name}`, 'plan-changed', 'plan-changed'],
    [(name, _, word) => `attr set ${name} owner "${word}"`, 'plan-changed', 'plan-changed'],
    [(name) => `insert ${name} into pool0`, 'plan-changed', 'plan-changed'],
    [(name, guest) => `connect ${name}:pwr-nema-5:1 strip-of-${guest}`, 'plan-changed', 'plan-changed'],
    // Nothing is left to plan: there is a reason against it, or no such thing.
    [(name) => `attr del ${name} power.driver`, 'plan-changed', 'no-power'],
    [(name, _, word) => `protect ${name} "${word}"`, 'protected-thing', 'protected-thing'],
    [(name) => `rename ${name} to ${name}x`, 'unknown-in-expression', 'unknown-in-expression'],
    [(name) => `delete ${name} force`, 'unknown-in-expression', 'unknown-in-expression'],
  ]
  const CASES = PLANS.flatMap((plan, kind) =>
    CHANGES.flatMap(([change, deletes, job]) => {
      const outcome = kind === 0 ? deletes : job
      return outcome === null ? [] : [{ plan, change, outcome }]
    }),
  )

  /** What has been done so far: versions of the inventory and jobs. */
  const doneSoFar = async (): Promise<unknown> => {
    const { rows } = await raw(
      'select (select max(version) from versions) as version, (select count(*) from runs) as jobs',
    )
    return rows
  }

  test(
    'another plan than the one that was shown is refused, and proposed anew',
    async () => {
      await done('add pool pool0')
      const word = fc.string({ unit: fc.constantFrom(...'abcxyz012 ._-'), minLength: 1, maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...CASES), word, async ({ plan, change, outcome }, text) => {
          const [name, guest] = [`host${++count}`, `guest${count}`]
          for (const line of [
            `add server ${name} env=lab power.driver=simulated`,
            `add virtualserver ${guest}`,
            `add powerstrip strip-of-${guest}`,
            `insert ${guest} into ${name}`,
            ...((await isThere('spare')) ? ['delete spare'] : []),
            'add virtualserver spare',
          ])
            await done(line)
          const { reply } = await done(plan(name), ASKER)
          if (reply.kind !== 'proposal') throw new Error(`a proposal, and not ${reply.kind}`)
          const changed = await done(change(name, guest, `n ${text}`))
          // A destroy of the admin's own waits too: another approves it.
          if (changed.reply.kind === 'proposal') await done(`approve ${changed.reply.id}`, 'os:approver')
          const before = await doneSoFar()
          const answered = await ask(`approve ${reply.id}`, 'os:approver')
          const refusal = answered.tag === 'refused' ? answered.refusal : null
          expect(refusal?.code, `${plan(name)}; ${change(name, guest, text)}`).toBe(outcome)
          expect(await code(`approve ${reply.id}`, ADMIN)).toBe('proposal-closed')
          expect(await doneSoFar()).toEqual(before)
          if (refusal?.code !== 'plan-changed') return
          const { next, gone, fresh } = refusal.facts
          expect(gone.length + fresh.length).toBeGreaterThan(0)
          expect(await code(`approve ${next}`, 'os:approver')).toBe('done')
          expect(await code(`approve ${next}`, ADMIN)).toBe('proposal-closed')
          expect(await doneSoFar()).not.toEqual(before)
        }),
        { numRuns: RUNS },
      )
    },
    4 * 3_600_000,
  )

  test('what has nothing to do with it changes nothing about it', async () => {
    const { name, id } = await proposed()
    await done('add server unrelated')
    expect(await code(`approve ${id}`, 'os:approver')).toBe('done')
    expect(await isThere(name)).toBe(false)
    const { rows } = await raw(`select operator, command from versions order by version desc limit 1`)
    expect(rows).toEqual([{ operator: ASKER, command: `delete ${name} force` }])
  })
})
