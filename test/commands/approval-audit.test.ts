// What the audit says of a proposal's life: who proposed what, who said yes or no to it, and what it set off, on whose word.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { JobEnds } from '../../src/bot/job-ends.ts'
import type { Answer } from '../../src/bot/message.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import type { AuditRow } from '../../src/inventory/operators/audit.ts'
import { walkChain } from '../../src/inventory/operators/audit-chain.ts'
import { auditRows } from '../../src/inventory/operators/audit-log.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { readPublicId } from '../../src/jobs/public-id.ts'
import { TASKS } from '../../src/jobs/tasks.ts'
import { watch } from '../../src/jobs/watch.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

const language = createLanguage(COMMANDS)
const onTrouble = (error: unknown) => {
  throw error
}

describe.each(databases)('the audit of proposals, on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot

  const ask = (text: string, author: string): Promise<Answer> => {
    const none = () => Promise.reject(new Error('no files here'))
    const place = { chat: 'test', channel: null, isConfirmed: false, limit: 100 }
    const thread = JSON.stringify({ of: author })
    return answer({ text, author, thread, ...place, readFile: none, writeFile: none }, bot)
  }

  const proposed = async (text: string): Promise<{ readonly id: string; readonly hash: string }> => {
    const answered = await ask(text, 'os:ann')
    if (answered.tag === 'refused' || answered.reply.kind !== 'proposal') throw new Error(`no proposal: ${text}`)
    return answered.reply
  }

  /** The rows since the inventory was filled, oldest first. */
  const rows = async (): Promise<AuditRow[]> => {
    expect((await walkChain(inventory.database.knex)).broken).toBeNull()
    return (await auditRows(inventory.database.knex, {}, 100)).toReversed().slice(1)
  }

  const host = async (): Promise<number> => {
    const { rows } = await inventory.database.knex.raw<{ rows: { id: number }[] }>(
      `select id from things where name = 'host1'`,
    )
    return rows[0]?.id ?? 0
  }

  beforeEach(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands: COMMANDS }
    await enrolFirst(inventory.database.knex, [
      { identity: 'os:root', role: 'admin' },
      { identity: 'os:ann', role: 'operator' },
      { identity: 'os:bob', role: 'approver' },
      { identity: 'os:cleo', role: 'approver' },
      { identity: 'os:rita', role: 'reader' },
    ])
    expect((await ask('add server host1 power.driver=simulated', 'os:root')).tag).toBe('done')
  })
  afterEach(() => closeInventory(inventory))

  test('a change: proposed, approved, and done under who proposed it', async () => {
    const id = await host()
    const { id: proposal, hash } = await proposed('delete host1 force because "INC-7"')
    await ask(`approve ${proposal}`, 'os:bob')
    const version = await inventory.read((view) => view.latest())
    const command = 'delete host1 force because "INC-7"'
    const of = { proposal, planHash: hash, decision: 'allowed', chat: 'test', job: null, things: [id] }
    const ann = { identity: 'os:ann', operator: 'ann', message: '{"of":"os:ann"}', rule: 'role operator' }
    expect(await rows()).toMatchObject([
      { ...of, ...ann, command, name: 'delete', outcome: 'proposed', approvers: [], because: 'INC-7', version: null },
      {
        ...{ ...of, identity: 'os:bob', operator: 'bob', message: '{"of":"os:bob"}', rule: 'role approver' },
        ...{ command: `approve ${proposal}`, name: 'approve', outcome: 'approved', version: null, because: null },
      },
      { ...of, ...ann, command, name: 'delete', outcome: 'done', approvers: ['bob'], because: 'INC-7', version },
    ])
  })

  test('a job of two approvals: each has a row, what it set off names both, and so does its end', async () => {
    expect((await ask('rule set "power off" approvals 2', 'os:root')).tag).toBe('done')
    const { id: proposal, hash } = await proposed('power off host1')
    await ask(`approve ${proposal}`, 'os:bob')
    const last = await ask(`approve ${proposal}`, 'os:cleo')
    const job = last.tag === 'done' && last.reply.kind === 'job' ? last.reply.id : ''
    const worker = new Worker({ inventory, tasks: TASKS, onTrouble })
    await worker.start()
    for await (const _ of watch(inventory.database.knex, readPublicId(job) ?? 0, {
      signal: AbortSignal.timeout(20_000),
    }));
    await worker.drain(1000)
    await new JobEnds({ knex: inventory.database.knex, onTrouble }).turn()
    const of = { proposal, planHash: hash }
    const ann = { ...of, operator: 'ann', command: 'power off host1', name: 'power off' }
    expect((await rows()).slice(1)).toMatchObject([
      { ...ann, outcome: 'proposed', approvers: [], job: null },
      { ...of, operator: 'bob', outcome: 'approved', job: null },
      { ...of, operator: 'cleo', outcome: 'approved', job: null },
      { ...ann, outcome: 'started', approvers: ['bob', 'cleo'], job, version: null },
      { ...ann, outcome: 'ended: done', approvers: ['bob', 'cleo'], job, things: [await host()] },
    ])
  })

  test('who may not say yes is on record, with why; and who says no', async () => {
    const { id: proposal, hash } = await proposed('delete host1 force')
    // One's own, as an approver; nobody; somebody without the right; a second thought.
    for (const author of ['os:ann', 'os:mallory', 'os:rita']) await ask(`approve ${proposal}`, author)
    await ask(`confirm ${proposal}`, 'os:ann')
    await ask(`deny ${proposal}`, 'os:bob')
    await ask(`approve ${proposal}`, 'os:cleo')
    const of = { proposal, planHash: hash }
    expect((await rows()).slice(1)).toMatchObject([
      { operator: 'ann', identity: 'os:ann', decision: 'denied', outcome: 'refused: not-permitted' },
      {
        ...{ operator: null, identity: 'os:mallory', decision: 'denied', outcome: 'refused: not-permitted' },
        rule: 'nobody has made this identity an operator',
      },
      { operator: 'rita', decision: 'denied', outcome: 'refused: not-permitted' },
      { ...of, operator: 'ann', command: `confirm ${proposal}`, outcome: 'refused: own-proposal' },
      { ...of, operator: 'bob', command: `deny ${proposal}`, outcome: 'denied' },
      { ...of, operator: 'cleo', command: `approve ${proposal}`, outcome: 'refused: proposal-closed' },
    ])
  })

  test('an approver does not approve their own, and both is told', async () => {
    const answered = await ask('delete host1 force', 'os:bob')
    const proposal = answered.tag === 'done' && answered.reply.kind === 'proposal' ? answered.reply.id : ''
    await ask(`approve ${proposal}`, 'os:bob')
    await ask(`deny ${proposal}`, 'os:bob')
    expect(await rows()).toMatchObject([
      { operator: 'bob', outcome: 'proposed', proposal },
      { operator: 'bob', outcome: 'refused: own-proposal', proposal, things: [await host()] },
      { operator: 'bob', outcome: 'cancelled', proposal },
    ])
  })

  test('what came too late, and what was no longer the same', async () => {
    const late = await proposed('delete host1 force')
    await inventory.database.knex.raw(`update proposals set expires_at = clock_timestamp() - interval '1 second'`)
    await ask(`approve ${late.id}`, 'os:bob')
    const outdated = await proposed('delete host1 force')
    await ask('attr set host1 env prod', 'os:root')
    await ask(`approve ${outdated.id}`, 'os:bob')
    const { rows: states } = await inventory.database.knex.raw('select state from proposals order by id')
    expect(states).toEqual([{ state: 'expired' }, { state: 'outdated' }, { state: 'pending' }])
    expect(await rows()).toMatchObject([
      { operator: 'ann', outcome: 'proposed', proposal: late.id },
      { operator: 'bob', outcome: 'refused: proposal-closed', proposal: late.id, planHash: late.hash },
      { operator: 'ann', outcome: 'proposed', proposal: outdated.id },
      { operator: 'root', command: 'attr set host1 env prod', outcome: 'done' },
      {
        operator: 'bob',
        outcome: 'refused: plan-changed',
        proposal: outdated.id,
        planHash: outdated.hash,
        version: null,
      },
    ])
  })

  test('rows that were taken off the end are missed by what was written together with them', async () => {
    const { knex } = inventory.database
    const verified = () => ask('audit verify', 'os:rita')
    expect((await ask('power on host1', 'os:ann')).tag).toBe('done')
    expect((await verified()).tag).toBe('done')
    const cut = () => knex.raw('delete from audit where id = (select max(id) from audit)')
    await cut()
    expect(await verified()).toMatchObject({ refusal: { code: 'audit-broken', facts: { id: 2, good: 1 } } })
    await knex.raw('delete from runs')
    expect((await verified()).tag).toBe('done')
    expect((await ask('attr set host1 env lab', 'os:ann')).tag).toBe('done')
    await cut()
    expect(await verified()).toMatchObject({ refusal: { code: 'audit-broken', facts: { id: 2, good: 1 } } })
  })
})
