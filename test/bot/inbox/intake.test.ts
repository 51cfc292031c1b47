// What was taken is never lost: it is in the database or on disk before it is acknowledged, and an acknowledgement does not
// wait for a database that is busy or away.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Intake } from '../../../src/bot/inbox/intake.ts'
import { Spool } from '../../../src/bot/inbox/spool.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../../inventory/open.ts'
import { came } from './came.ts'

describe.each(databases)('the intake, on %s', (kind) => {
  let inventory: Inventory
  let directory: string
  let troubles: unknown[]
  beforeEach(async () => {
    inventory = await openInventory(kind)
    directory = await mkdtemp(join(tmpdir(), 'clusto-spool-'))
    troubles = []
  })
  afterEach(async () => {
    await closeInventory(inventory)
    await rm(directory, { recursive: true })
  })

  const knex = () => inventory.database.knex
  let stored = 0
  const intake = (patience?: number) =>
    new Intake({
      knex: knex(),
      spool: new Spool(directory),
      onStored: () => {
        stored++
      },
      onTrouble: (error) => troubles.push(error),
      ...(patience === undefined ? {} : { patience }),
    })
  const kept = async () => {
    const { rows } = await knex().raw<{ rows: { key: string }[] }>('select key from inbox order by id')
    return rows.map(({ key }) => key)
  }

  test('many at once are all there, each once, and somebody is told', async () => {
    const one = intake(30_000)
    await one.start()
    stored = 0
    await Promise.all(Array.from({ length: 300 }, (_, n) => one.take(came(n % 100))))
    expect((await kept()).length).toBe(100)
    expect(stored).toBeGreaterThan(0)
    expect(await readdir(directory)).toEqual([])
    await one.stop()
  })

  test('while the database is busy the spool takes them, and gives them back', async () => {
    const one = intake(50)
    await one.start()
    // Holds the table, as a long query holds the embedded database.
    const busy = await knex().transaction()
    await busy.raw('lock table inbox in access exclusive mode')
    const began = performance.now()
    await Promise.all([1, 2, 3].map((n) => one.take(came(n))))
    await one.take(came(4))
    const took = performance.now() - began
    expect(await readdir(directory)).toHaveLength(1)
    expect(took).toBeLessThan(5000)
    await busy.rollback()
    await one.stop()
    expect((await kept()).sort()).toEqual(['message 1', 'message 2', 'message 3', 'message 4'])
    expect(await readdir(directory)).toEqual([])
  })

  test('what a process that died has left on disk is taken up, up to the line that was cut off', async () => {
    const line = (n: number) => `${JSON.stringify(came(n))}\n`
    // No process has this number.
    await writeFile(join(directory, 'inbox-4194305-0a0b0c0d.spool'), `${line(1)}${line(2)}${line(3).slice(0, 40)}`)
    await writeFile(join(directory, `inbox-${process.ppid}-0a0b0c0d.spool`), line(9))
    const one = intake()
    await one.start()
    expect(await kept()).toEqual(['message 1', 'message 2'])
    // That one's process is alive, and gives its own.
    expect(await readdir(directory)).toEqual([`inbox-${process.ppid}-0a0b0c0d.spool`])
    await one.stop()
  })
})

test('where neither the database nor the disk takes it, it is not acknowledged', async () => {
  const inventory = await openInventory('embedded')
  const file = join(await mkdtemp(join(tmpdir(), 'clusto-spool-')), 'a-file')
  await writeFile(file, '')
  const one = new Intake({
    knex: inventory.database.knex,
    spool: new Spool(join(file, 'below')),
    onStored: () => undefined,
    onTrouble: () => undefined,
  })
  await inventory.database.knex.raw('alter table inbox rename to inbox_away')
  await expect(one.take(came(1))).rejects.toThrow()
  await closeInventory(inventory)
})
