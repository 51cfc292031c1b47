// What holds jobs, destroys and changes back: locks of others, freezes, protection; when it is asked, and when it is asked
// again.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { answerText } from '../../src/bot/render/answer.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { readPublicId } from '../../src/jobs/public-id.ts'
import { watch } from '../../src/jobs/watch.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { COLLEAGUE, OPERATOR, Session } from '../language/session.ts'

const APPROVER = 'os:approver'
const PEOPLE = [
  { identity: OPERATOR, role: 'admin' },
  { identity: COLLEAGUE, role: 'operator' },
  { identity: APPROVER, role: 'approver' },
] as const

describe.each(databases)('what is held back, on %s', (kind) => {
  let inventory: Inventory
  let session: Session

  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  beforeEach(async () => {
    session = await Session.begin(inventory, false, PEOPLE)
    await done('add server web1 web2 power.driver=simulated simulated.speed=500')
  })
  afterEach(() => session.drain())
  afterAll(() => closeInventory(inventory))

  const raw = (sql: string) => inventory.database.knex.raw(sql)

  const said = async (text: string, author = OPERATOR): Promise<string> =>
    answerText(await session.ask(text, { author }), { width: 200, colour: false })

  const code = async (text: string, author = OPERATOR): Promise<string> => {
    const answered = await session.ask(text, { author })
    return answered.tag === 'done' ? answered.reply.kind : answered.refusal.code
  }

  /** The id of the proposal or of the job that it makes; empty for anything else. */
  const done = async (text: string, author = OPERATOR): Promise<string> => {
    const answered = await session.ask(text, { author })
    if (answered.tag === 'refused') throw new Error(`${text}: ${answerText(answered, { width: 100, colour: false })}`)
    const { reply } = answered
    return reply.kind === 'proposal' || reply.kind === 'job' ? reply.id : ''
  }

  const count = async (table: string): Promise<number> => {
    const { rows } = await inventory.database.knex.raw<{ rows: { count: number }[] }>(
      `select count(*)::int as count from ${table}`,
    )
    return rows[0]?.count ?? -1
  }

  /** How a job stands when it stands still, with the reason. */
  const ended = async (job: string): Promise<string> => {
    const { knex } = inventory.database
    for await (const { run } of watch(knex, readPublicId(job) ?? 0, { signal: AbortSignal.timeout(20_000) }))
      if (run.state !== 'queued' && run.state !== 'running') return `${run.state} ${JSON.stringify(run.reason)}`
    throw new Error(`${job} never ended`)
  }

  describe('a lock', () => {
    beforeEach(() => done('lock web1 "new disks" until 2h', COLLEAGUE))

    test.each([
      'attr set web1 env prod',
      'rename web1 to web9',
      'power on web1',
      'power off web1',
      'delete web1 force',
    ])('refuses others: %s', async (command) => {
      const before = await count('proposals')
      expect(await code(command)).toBe('locked-thing')
      expect(await code(`plan ${command}`)).toBe('locked-thing')
      expect(await said(`why ${command}`)).toMatch(
        /nothing would be done: web1 is locked by colleague until .*: new disks/,
      )
      expect([await count('runs'), await count('proposals')]).toEqual([0, before])
      expect(await said(command)).toContain('unlock web1 force')
    })

    test('leaves what is not locked alone', async () => {
      expect(await code('attr set web2 env prod')).toBe('change')
      expect(await code('power on web2')).toBe('job')
      expect(await said('why power on web2')).not.toContain('nothing would be done')
    })

    test('lets its owner go on, and what an approver says yes to for them', async () => {
      expect(await code('attr set web1 env prod', COLLEAGUE)).toBe('change')
      expect(await code('power on web1', COLLEAGUE)).toBe('job')
      const id = await done('delete web1 force', COLLEAGUE)
      expect(await code(`approve ${id}`, APPROVER)).toBe('change')
      expect(await said('find web1')).toContain('nothing found')
    })

    test('is not ended by others, but by force of those who may approve', async () => {
      expect(await code('unlock web1', APPROVER)).toBe('locked-thing')
      expect(await code('lock web1', APPROVER)).toBe('locked-thing')
      await raw("update attributes set text = 'os:test' where key = '_locked' and subkey = 'by'")
      expect(await code('unlock web1 force', COLLEAGUE)).toBe('not-permitted')
      expect(await said('unlock web1 force', APPROVER)).toContain('was: by test, new disks')
      expect(await code('attr set web1 env prod', COLLEAGUE)).toBe('change')
    })

    test('begins by the clock of the database, whatever this process takes for the time', async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3 * 3_600_000 })
      await done('freeze until 2h').finally(() => vi.useRealTimers())
      expect(await code('power on web1')).toBe('frozen')
    })

    test('ends by the clock of the database', async () => {
      expect(await said('info web1')).toMatch(/locked +by colleague since .* until .*: new disks/)
      await raw(
        "update attributes set at = clock_timestamp() - interval '1 second' where key = '_locked' and subkey = 'until'",
      )
      expect(await code('attr set web1 env prod')).toBe('change')
      expect(await said('info web1')).not.toContain('locked')
    })

    test('that is taken after a proposal refuses its approval', async () => {
      const id = await done('delete web2 force', COLLEAGUE)
      await done('lock web2', OPERATOR)
      expect(await code(`approve ${id}`, APPROVER)).toBe('locked-thing')
      expect(await said('find web2')).toContain('web2')
    })
  })

  describe('a freeze', () => {
    test('stops jobs and destroys, which are not even proposed, and no change of the inventory', async () => {
      await done('freeze web1 until 2h because "audit"')
      for (const command of ['power on web1', 'power off web1', 'delete web1 force']) {
        expect(await code(command, COLLEAGUE), command).toBe('frozen')
        expect(await code(`plan ${command}`, COLLEAGUE), command).toBe('frozen')
        expect(await said(`why ${command}`, COLLEAGUE)).toMatch(
          /nothing would be done: web1 is frozen by test until .*: audit \(freeze 1 of web1\)/,
        )
      }
      expect([await count('runs'), await count('proposals')]).toEqual([0, 0])
      expect(await code('attr set web1 env prod', COLLEAGUE)).toBe('change')
      expect(await code('plan attr set web1 env lab', COLLEAGUE)).toBe('lines')
      expect(await code('power on web2', COLLEAGUE)).toBe('job')
    })

    test('of an expression is about what it means now, and what it meant when it began', async () => {
      await done('pool create lab')
      await done('pool insert lab web1')
      await done('freeze pool:lab')
      expect(await code('power on web1')).toBe('frozen')
      expect(await code('power on web2')).toBe('job')
      await done('pool insert lab web2')
      await done('pool remove lab web1')
      expect(await code('power on web1')).toBe('frozen')
      expect(await code('power on web2')).toBe('frozen')
    })

    test('that came after a proposal refuses its approval, and the proposal is over', async () => {
      const id = await done('delete web1 force', COLLEAGUE)
      await done('freeze')
      expect(await code(`approve ${id}`, APPROVER)).toBe('frozen')
      expect(await said('find web1')).toContain('web1')
      await done('unfreeze')
      expect(await code(`approve ${id}`, APPROVER)).toBe('proposal-closed')
    })

    test('with exceptions lets them go on, also when they are done again', async () => {
      await session.work()
      await done('attr set web1 simulated.fault=stays-on')
      const job = await done('power on web1')
      expect(await ended(job)).toContain('done')
      await done('freeze except power on')
      expect(await ended(await done('power on web1'))).toContain('done')
      expect(await code('power off web1')).toBe('frozen')
      expect(await code('delete web1 force')).toBe('frozen')
    })

    test('ends by the clock of the database', async () => {
      await done('freeze until 2h')
      expect(await code('power on web1')).toBe('frozen')
      await raw("update freezes set until = clock_timestamp() - interval '1 second'")
      expect(await code('power on web1')).toBe('job')
      expect(await said('freeze list')).toContain('nothing is frozen')
    })

    test.each(['driver:Gone', 'name:web9 and and'])(
      'whose scope means nothing any more freezes everything: %s',
      async (scope) => {
        await done('freeze web2')
        expect(await code('power on web1')).toBe('job')
        await inventory.database.knex.raw('update freezes set scope = ?', [scope])
        expect(await code('power on web1')).toBe('frozen')
        expect(await code('delete web1 force')).toBe('frozen')
        expect(await code('attr set web1 env prod')).toBe('change')
      },
    )
  })

  describe('a job that waited', () => {
    test.each([
      ['freeze web1', OPERATOR, /failed .*web1.*frozen|failed .*frozen.*web1/],
      ['freeze except rebuild', OPERATOR, /failed .*frozen/],
      ['lock web1 "mine"', OPERATOR, /failed .*locked-thing/],
      ['protect web1 "month end"', OPERATOR, /failed .*protected-thing/],
      ['lock web1 "mine"', COLLEAGUE, /^done/],
      ['freeze except power', OPERATOR, /^done/],
      ['freeze web2', OPERATOR, /^done/],
    ])('looks again when it begins: %s, by %s', async (between, author, outcome) => {
      const job = await done('power on web1', COLLEAGUE)
      await done(between, author)
      await session.work()
      expect(await ended(job)).toMatch(outcome)
      expect(await said(`job ${job}`)).not.toContain('{"')
    })
  })
})
