// What was taken is never lost: it is in the database or on disk before it is acknowledged, and an acknowledgement does not
// wait for a database that is busy or away.
import { mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Intake } from '../../../src/bot/inbox/intake.ts'
import { Spool } from '../../../src/bot/inbox/spool.ts'
import { lifeNote } from '../../../src/inventory/database/life.ts'
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
    const note = await lifeNote()
    const leave = (name: string, holder: string, lines: string) =>
      writeFile(join(directory, `inbox-${name}.spool`), `${holder}\n${lines}`)
    // No process has this number; the other one has another parent's.
    await leave('dead', note.replace(/^\d+/, '4194305'), `${line(1)}${line(2)}${line(3).slice(0, 40)}`)
    await leave('number', note.replace(/^(\d+) \d+/, '$1 1'), line(4))
    await leave('alive', note, line(9))
    const one = intake()
    await one.start()
    expect((await kept()).sort()).toEqual(['message 1', 'message 2', 'message 4'])
    // That one's process is alive, and gives its own.
    expect(await readdir(directory)).toEqual(['inbox-alive.spool'])
    await one.stop()
  })

  test('what is of another container is taken up when nobody has touched it for minutes', async () => {
    const note = (await lifeNote()).replace(/pid:.*$/, 'pid:[1]')
    const [fresh, old] = ['inbox-fresh.spool', 'inbox-old.spool'].map((name) => join(directory, name))
    for (const [n, path = ''] of [fresh, old].entries()) await writeFile(path, `${note}\n${JSON.stringify(came(n))}\n`)
    const then = Date.now() / 1000 - 600
    await utimes(old ?? '', then, then)
    const one = intake()
    await one.start()
    expect(await kept()).toEqual(['message 1'])
    expect(await readdir(directory)).toEqual(['inbox-fresh.spool'])
    await one.stop()
  })

  test('a file that is taken away while it is written is not what an acknowledgement stands on', async () => {
    const spool = new Spool(directory)
    await spool.add([came(1)])
    const [name = ''] = await readdir(directory)
    // As another process does it that takes this one for dead.
    await rename(join(directory, name), join(directory, 'taken'))
    await spool.add([came(2)])
    expect(await readFile(join(directory, 'taken'), 'utf8')).toContain('message 1')
    const drained: string[] = []
    expect(await spool.drain(async (all) => void drained.push(...all.map(({ key }) => key)))).toBe(true)
    expect(drained).toEqual(['message 2'])
  })

  test('one that cannot be read is put aside and told, and keeps nothing else back', async () => {
    const note = (await lifeNote()).replace(/^\d+/, '4194305')
    await writeFile(join(directory, 'inbox-bad.spool'), `${note}\n{"chat": half\n`)
    await writeFile(join(directory, 'inbox-good.spool'), `${note}\n${JSON.stringify(came(1))}\n`)
    const one = intake()
    await one.start()
    await one.stop()
    expect(await kept()).toEqual(['message 1'])
    const [aside = ''] = await readdir(directory)
    expect(await readFile(join(directory, aside), 'utf8')).toContain('{"chat": half')
    expect(troubles.map(String)).toEqual([`Error: ${join(directory, aside)} holds messages that cannot be read`])
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
