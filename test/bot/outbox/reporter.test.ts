// What a thread is told of its job: one message that is edited, then a new one, whichever process tells it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Reporter } from '../../../src/bot/outbox/reporter.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enqueue } from '../../../src/jobs/enqueue.ts'
import { publicId } from '../../../src/jobs/public-id.ts'
import type { Task } from '../../../src/jobs/task.ts'
import { watch } from '../../../src/jobs/watch.ts'
import { Worker } from '../../../src/jobs/worker.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'

const chat = {
  name: 'fake',
  threadIn: (channel: string, of: string) => `${channel}/${of}`,
  threadBelow: (ref: string) => `below ${ref}`,
}

describe.each(databases)('a reporter, on %s', (kind) => {
  let inventory: Inventory
  beforeEach(async () => {
    inventory = await openInventory(kind)
  })
  afterEach(() => closeInventory(inventory))

  const said = async () => {
    const { rows } = await inventory.database.knex.raw<{
      rows: { key: string; thread: string; body: Record<string, unknown> }[]
    }>('select key, thread, body from outbox order by id')
    return rows
  }

  test('tells how far a job is, then its end, and nothing twice', async () => {
    let goOn: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const task: Task = {
      name: 'paint',
      steps: () => [
        { name: 'mix', timeout: 60_000, repeatable: true, run: async () => 'blue' },
        {
          name: 'paint',
          timeout: 60_000,
          repeatable: true,
          async run({ progress }) {
            progress(50, 'half of the wall')
            await gate
            return undefined
          },
        },
      ],
    }
    const { knex } = inventory.database
    const trouble = (error: unknown) => {
      throw error
    }
    const reporter = () => new Reporter({ inventory, chats: [chat], registry: COMMANDS, onTrouble: trouble })
    const place = { operator: 'os:test', command: 'paint wall1', message: { chat: 'fake', thread: 'c1/t1' } }
    const { id } = await enqueue(knex, { task, input: null, ...place })
    // A job of a chat that this bot does not speak in.
    await enqueue(knex, { task, input: null, ...place, message: { chat: 'other', thread: 'x' } })
    await reporter().turn()
    expect(await said()).toMatchObject([
      { key: `job ${id}`, thread: 'c1/t1', body: { title: `job ${publicId(id)} is queued: paint wall1` } },
    ])

    const worker = new Worker({ inventory, tasks: [task], onTrouble: trouble })
    await worker.start()
    const stop = new AbortController()
    for await (const { events } of watch(knex, id, { signal: stop.signal }))
      if (events.some(({ kind }) => kind === 'progress')) break
    await reporter().turn()
    const [card] = await said()
    expect(card).toMatchObject({ key: `job ${id}`, body: { title: `job ${publicId(id)} is running: paint wall1` } })
    expect(JSON.stringify(card?.body)).toContain('75%  2/2 paint: half of the wall')
    expect(card?.body.buttons).toMatchObject([{ label: 'Cancel' }, { label: 'Log' }])

    goOn()
    for await (const _ of watch(knex, id, { signal: stop.signal }));
    const last = reporter()
    await last.turn()
    await last.turn()
    await worker.drain(1000)
    expect(await said()).toMatchObject([
      { key: `job ${id}`, body: { title: `job ${publicId(id)} is done: paint wall1`, buttons: [{ label: 'Log' }] } },
      {
        key: `job ${id} end`,
        thread: 'c1/t1',
        body: { title: `job ${publicId(id)} is done: paint wall1`, mentions: ['os:test'] },
      },
    ])
    expect((await knex.raw('select wanted from outbox order by id')).rows).toEqual([{ wanted: 3 }, { wanted: 1 }])
  })

  test('a job of which nobody can be told keeps nothing back of the others, and somebody is told of it', async () => {
    const { knex } = inventory.database
    const mix = { name: 'mix', timeout: 60_000, repeatable: true, run: async () => 'blue' }
    const task: Task = { name: 'paint', steps: () => [mix] }
    const place = { operator: 'os:test', command: 'paint wall1' }
    const broken = await enqueue(knex, { task, input: null, ...place, message: { chat: 'fake' } as never })
    const { id } = await enqueue(knex, { task, input: null, ...place, message: { chat: 'fake', thread: 'c1/t2' } })
    const troubles: unknown[] = []
    const onTrouble = (error: unknown) => troubles.push(error)
    const reporter = new Reporter({ inventory, chats: [chat], registry: COMMANDS, onTrouble })
    await reporter.turn()
    await reporter.turn()
    expect((await said()).map(({ key }) => key)).toEqual([`job ${id}`])
    expect(troubles).toHaveLength(1)
    expect(broken.id).toBeLessThan(id)
  })
})
