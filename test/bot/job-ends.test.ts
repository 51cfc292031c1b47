// The end of a job in the audit: one row, whoever writes it and however often it is begun.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { JobEnds } from '../../src/bot/job-ends.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import { Workplace } from '../../src/bot/worker.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { walkChain } from '../../src/inventory/operators/audit-chain.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { readPublicId } from '../../src/jobs/public-id.ts'
import { runWithSteps } from '../../src/jobs/read.ts'
import { OutcomeUnknown } from '../../src/jobs/task.ts'
import { TASKS } from '../../src/jobs/tasks.ts'
import { watch } from '../../src/jobs/watch.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'

const language = createLanguage(COMMANDS)
const onTrouble = (error: unknown) => {
  throw error
}

describe.each(databases)('the ends of jobs in the audit, on %s', (kind) => {
  let inventory: Inventory
  let bot: Bot

  const ask = (text: string) => {
    const none = () => Promise.reject(new Error('no files here'))
    const place = { author: 'os:ann', chat: 'test', thread: '{}', channel: null, isConfirmed: true, limit: 100 }
    return answer({ text, ...place, readFile: none, writeFile: none }, bot)
  }

  /** A job that waits for a worker; its id as people see it. */
  const begun = async (): Promise<string> => {
    const { reply } = (await ask('power on web1')) as { reply: { kind: string; id: string } }
    expect(reply.kind).toBe('job')
    return reply.id
  }

  const settled = async (job: string): Promise<void> => {
    const signal = AbortSignal.timeout(20_000)
    for await (const _ of watch(inventory.database.knex, readPublicId(job) ?? 0, { signal }));
  }

  const outcomes = async (): Promise<string[]> => {
    const { rows } = await inventory.database.knex.raw<{ rows: { said: string }[] }>(
      `select concat_ws(' ', operator, command, outcome, job) as said from audit where job is not null order by id`,
    )
    return rows.map(({ said }) => said)
  }

  beforeEach(async () => {
    inventory = await openInventory(kind)
    bot = { inventory, language, commands: COMMANDS }
    await enrolFirst(inventory.database.knex, [{ identity: 'os:ann', role: 'admin' }])
    expect((await ask('add server web1 power.driver=simulated')).tag).toBe('done')
  })
  afterEach(() => closeInventory(inventory))

  test('a worker that died between the end and its record: the next ones write it once', async () => {
    const job = await begun()
    const worker = new Worker({ inventory, tasks: TASKS, onTrouble })
    await worker.start()
    await settled(job)
    await worker.drain(1000)
    expect(await outcomes()).toEqual([`ann power on web1 started ${job}`])

    const { knex } = inventory.database
    const ends = () => new JobEnds({ knex, onTrouble })
    await Promise.all([ends().turn(), ends().turn(), ends().turn()])
    await ends().turn()
    expect(await outcomes()).toEqual([`ann power on web1 started ${job}`, `ann power on web1 ended: done ${job}`])
    expect((await walkChain(knex)).broken).toBeNull()
    const listed = await ask('audit web1 power on')
    expect(answerText(listed, { width: 100, colour: false })).toContain('ended: done')
  })

  test('a process that works writes it before it ends, and nothing of jobs that go on', async () => {
    const job = await begun()
    const workplace = new Workplace({ inventory, tasks: TASKS })
    await workplace.start()
    await settled(job)
    await workplace.drain()
    const waiting = await begun()
    await new JobEnds({ knex: inventory.database.knex, onTrouble }).turn()
    expect(await outcomes()).toEqual([
      `ann power on web1 started ${job}`,
      `ann power on web1 ended: done ${job}`,
      `ann power on web1 started ${waiting}`,
    ])
  })

  test('a job of which nobody knows the outcome again, after somebody has said what became of it, is told again', async () => {
    const { knex } = inventory.database
    const job = await begun()
    const number = readPublicId(job) ?? 0
    const lost = async () => {
      throw new OutcomeUnknown('the line broke')
    }
    const steps = ['check again', 'read the power', 'switch on'].map((name) => ({
      name,
      timeout: 1000,
      repeatable: false,
    }))
    const work = steps.map((step, at) => ({ ...step, run: at === 0 ? async () => null : lost }))
    const worker = new Worker({ inventory, tasks: [{ name: 'power', steps: () => work }], onTrouble })
    await worker.start()
    await settled(job)
    await new JobEnds({ knex, onTrouble }).turn()
    expect((await ask(`job mark ${job} done because "seen"`)).tag).toBe('done')
    await settled(job)
    await new JobEnds({ knex, onTrouble }).turn()
    await new JobEnds({ knex, onTrouble }).turn()
    await worker.drain(1000)
    expect((await runWithSteps(knex, number))?.steps.map(({ state }) => state)).toEqual(['done', 'done', 'unknown'])
    expect(await outcomes()).toEqual([
      `ann power on web1 started ${job}`,
      `ann power on web1 ended: unknown ${job}`,
      `ann job mark ${job} done because "seen" done ${job}`,
      `ann power on web1 ended: unknown ${job}`,
    ])
  })

  test('a job that nobody has begun and that is cancelled has an end too', async () => {
    const job = await begun()
    expect((await ask(`cancel ${job}`)).tag).toBe('done')
    await new JobEnds({ knex: inventory.database.knex, onTrouble }).turn()
    expect((await outcomes()).at(-1)).toBe(`ann power on web1 ended: cancelled ${job}`)
  })
})
