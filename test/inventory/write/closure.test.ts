// The closure is what a walk over the edges finds, after any inserts and removes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import { refreshClosure } from '../../../src/inventory/write/closure.ts'
import { insertAll, removeAll } from '../../../src/inventory/write/containment.ts'
import { deleteThings } from '../../../src/inventory/write/delete.ts'
import { databases } from '../open.ts'
import { world } from './world.ts'

const POOLS = 9

interface Step {
  readonly tag: 'insert' | 'remove'
  readonly pairs: readonly (readonly [number, number])[]
}

const member = fc.nat(POOLS - 1)
const step: fc.Arbitrary<Step> = fc.record({
  tag: fc.constantFrom('insert', 'insert', 'remove'),
  pairs: fc.array(fc.tuple(member, member), { minLength: 1, maxLength: 4 }),
})

/** Every container of every thing with the length of the shortest way, by breadth-first search. */
function walk(edges: readonly { parent_id: number; child_id: number }[], ids: readonly number[]): string[] {
  const found: string[] = []
  for (const start of ids) {
    const seen = new Set<number>()
    let level = [start]
    for (let depth = 1; level.length > 0; depth++) {
      const above = edges.filter(({ child_id }) => level.includes(child_id)).map(({ parent_id }) => parent_id)
      level = [...new Set(above)].filter((id) => !seen.has(id))
      for (const id of level) {
        seen.add(id)
        found.push(`${start} in ${id} at ${depth}`)
      }
    }
  }
  return found.sort()
}

describe.each(databases)('the closure on %s', (kind) => {
  const { add, change, rows } = world(kind)

  it('equals the walk over the edges after random inserts and removes, and has no cycle', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        run++
        const pools = await add('pool', ...Array.from({ length: POOLS }, (_, index) => `r${run}-${index}`))
        const ids = pools.map(({ id }) => id)
        const { result: expected } = await change(async (c) => {
          const refusals: string[] = []
          for (const { tag, pairs } of steps) {
            const chosen = pairs.flatMap(([item, container]): { item: ThingRow; container: ThingRow }[] => {
              const [a, b] = [pools[item], pools[container]]
              return a && b ? [{ item: a, container: b }] : []
            })
            try {
              if (tag === 'insert') await insertAll(c, chosen)
              else for (const { item, container } of chosen) await removeAll(c, [item], container)
            } catch (error) {
              if (!(error instanceof InventoryError)) throw error
              refusals.push(error.code)
            }
          }
          return refusals
        })
        expect(expected.filter((code) => code !== 'cycle' && code !== 'not-in')).toEqual([])
        const edges = await rows<{ parent_id: number; child_id: number }>('select parent_id, child_id from edges')
        const closure = await rows<{ line: string }>(
          `select descendant_id || ' in ' || ancestor_id || ' at ' || depth as line from closure`,
        )
        const walked = walk(edges, ids)
        expect(walked.filter((line) => ids.some((id) => line.startsWith(`${id} in ${id} `)))).toEqual([])
        expect(closure.map(({ line }) => line).sort()).toEqual(walked)
        await change((c) => deleteThings(c, pools, { force: true }))
        expect(await rows('select * from closure')).toEqual([])
      }),
      { numRuns: 25 },
    )
  }, 120_000)

  it('refuses a cycle that was written past the checks', async () => {
    const [a, b] = await add('pool', 'past1', 'past2')
    if (!a || !b) throw new Error('two things were asked for')
    const edge = { u_low: null, u_high: null, face: null }
    await expect(
      change(async (c) => {
        await c.insert('edges', [
          { parent_id: a.id, child_id: b.id, ...edge },
          { parent_id: b.id, child_id: a.id, ...edge },
        ])
        await refreshClosure(c, [a.id])
      }),
    ).rejects.toMatchObject({ code: 'cycle' })
  })
})
