// After any history the inventory as of each version is the one that was there then, and undoing the last change brings
// back the one before it. RUNS= asks for more histories.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { TABLES } from '../../../src/inventory/rows.ts'
import { changesBetween } from '../../../src/inventory/versions/row-change.ts'
import { undo } from '../../../src/inventory/versions/undo.ts'
import { refuseBroken } from '../../../src/inventory/write/verify.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'
import { settle, take, turns } from './random-history.ts'
import { closures, readAt, rowsAt } from './snapshot.ts'

const RUNS = Number(process.env.RUNS ?? 15)

describe.each(databases)('the past on %s', (kind) => {
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
  })
  afterAll(() => closeInventory(inventory))

  const clear = () =>
    inventory.database.knex.raw(
      `truncate ${TABLES.flatMap((table) => [table, `${table}_past`])}, closure, counters, versions`,
    )
  const rows = (moment: number | null) => inventory.read((view) => rowsAt(view, moment))

  /** An undo is refused, or brings every row that its version changed back to what it was before. Leaves no trace. */
  const takesBackItsRows = async (version: number) => {
    const done = await inventory.read((view) => changesBetween(view, version - 1, version))
    const own = new Set(done.map(({ table, id }) => `${table} ${id}`))
    await inventory
      .change(
        ENTRY,
        async (change) => {
          await undo(change, version, { exceptConflicts: false })
          const left = await changesBetween(change, version - 1, change.version)
          expect(left.filter(({ table, id }) => own.has(`${table} ${id}`))).toEqual([])
        },
        { rehearse: true },
      )
      .catch((error: unknown) => expect(error).toBeInstanceOf(InventoryError))
  }

  it(
    `is as it was, in ${RUNS} histories`,
    async () => {
      await fc.assert(
        fc.asyncProperty(turns, async (history) => {
          await clear()
          await inventory.change(ENTRY, settle)
          const record = async () => ({
            rows: await rows(null),
            read: await inventory.read((view) => readAt(view, null)),
          })
          const empty = { rows: await rows(0), read: await inventory.read((view) => readAt(view, 0)) }
          expect(empty.rows).toEqual([])
          const recorded = [empty, await record()]
          for (const turn of history) {
            const { version } = await inventory.change(ENTRY, (change) => take(change, turn))
            if (version === null) {
              expect(await rows(null)).toEqual(recorded.at(-1)?.rows)
              continue
            }
            expect(version).toBe(recorded.length)
            recorded.push(await record())
          }
          // No undo has left what the rules forbid, or containers that the edges do not give.
          const { stored, derived } = await inventory.read(closures)
          expect(stored).toEqual(derived)
          await inventory.change(
            ENTRY,
            async (change) => {
              const { rows } = await change.knex.raw<{ rows: { id: number }[] }>('select id from things')
              await refuseBroken(
                change,
                rows.map(({ id }) => id),
              )
            },
            { rehearse: true },
          )
          for (const [version, then] of recorded.entries()) {
            expect(await rows(version)).toEqual(then.rows)
            expect(await inventory.read((view) => readAt(view, version))).toEqual(then.read)
          }
          for (const version of recorded.keys()) if (version > 0) await takesBackItsRows(version)
          const last = recorded.length - 1
          const before = await inventory.read(({ knex }) =>
            knex.raw('select undoes from versions order by version desc'),
          )
          try {
            await inventory.change(ENTRY, (change) => undo(change, last, { exceptConflicts: false }))
            expect(await rows(null)).toEqual(recorded.at(-2)?.rows)
            expect((await inventory.read(closures)).stored).toEqual((await inventory.read(closures)).derived)
          } catch (error) {
            // What broke a rule before cannot come back: only an undo, which is checked again, may be refused.
            expect(error).toBeInstanceOf(InventoryError)
            expect(before.rows[0].undoes).not.toBeNull()
          }
        }),
        // A failure is told at once, with its seed: shrinking would take longer than the time limit.
        { numRuns: RUNS, endOnFailure: true },
      )
    },
    60_000 + RUNS * 20_000,
  )
})
