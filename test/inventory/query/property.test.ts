// The SQL's answers are compared with those of a naive evaluator, on random inventories and random questions, asked of
// the present and of versions of the past. `RUNS=10000` asks that many questions of each database.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Query } from '../../../src/grammar/ast.ts'
import { printQuery } from '../../../src/grammar/print.ts'
import { InventoryError } from '../../../src/inventory/error.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { select } from '../../../src/inventory/query/select.ts'
import type { View } from '../../../src/inventory/view.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../open.ts'
import { plan, query } from './arbitrary.ts'
import { changePlan, EMPTY, type Model, type Plan, writePlan } from './model.ts'
import { type Answer, Naive } from './naive.ts'

const RUNS = Number(process.env.RUNS ?? 400)
const QUESTIONS = 50
const now = new Date()

async function ask(view: View, query: Query): Promise<Answer & { readonly total?: number }> {
  try {
    const { things, total } = await select(view, query, { limit: 10_000, now })
    return { names: things.map(({ name }) => name), total }
  } catch (error) {
    if (error instanceof InventoryError && error.code === 'too-few')
      return { tooFew: (error as InventoryError<'too-few'>).facts.found }
    throw error
  }
}

describe.each(databases)('an expression on %s', (kind) => {
  let inventory: Inventory
  const versions: { readonly version: number; readonly model: Model }[] = []
  let last = EMPTY

  beforeAll(async () => {
    inventory = await openInventory(kind)
    await inventory.change(ENTRY, (change) =>
      change.insert('drivers', [{ name: 'dell-r640', name_key: 'dell-r640', spec: { extends: 'server' } }]),
    )
  })
  afterAll(() => closeInventory(inventory))

  async function write(plan: Plan): Promise<void> {
    for (const step of [writePlan, changePlan]) {
      const { result, version } = await inventory.change(ENTRY, (change) => step(change, last, plan))
      last = result
      if (version !== null) versions.push({ version, model: result })
    }
  }

  it('means what the naive evaluator says, now and in the past', async () => {
    // One seed for all; SEED asks other questions. Inventories are sampled, so that only questions are made smaller.
    const seed = Number(process.env.SEED ?? 20261123)
    const plans = fc.sample(plan, { seed, numRuns: Math.ceil(RUNS / QUESTIONS) })
    for (const [i, plan] of plans.entries()) {
      await write(plan)
      await inventory.read(async (view) => {
        const compare = fc.asyncProperty(query, fc.nat(), async (query, pick) => {
          const past = pick % 3 === 0 ? versions[pick % versions.length] : undefined
          for (const moment of past ? [null, past] : [null]) {
            const asOf = moment === null ? null : ({ tag: 'version', version: moment.version } as const)
            const expected = new Naive(moment?.model ?? last, view.catalogue).answer(query)
            const answer = await ask(view, { ...query, asOf })
            const total = 'names' in expected ? { total: expected.names.length } : {}
            expect(answer, `SEED=${seed}: ${printQuery({ ...query, asOf })}`).toEqual({ ...expected, ...total })
          }
        })
        await fc.assert(compare, { numRuns: QUESTIONS, seed: seed + i })
      })
    }
  }, 3_600_000)
})
