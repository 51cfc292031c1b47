// The SQL's answers are compared with those of a naive evaluator, on random inventories and random questions, asked of
// the present and of versions of the past. `RUNS=10000` asks that many questions of each database.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Expression, Query } from '../../../src/grammar/ast.ts'
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

/** A switch whose ports are set to a class (s1) and to a VLAN (s2). */
const STRAY: Plan = {
  things: [
    { name: 'sw1', driver: 'networkswitch' },
    { name: 'a_b', driver: 'class' },
    { name: '203', driver: 'vlan' },
    { name: 's1', driver: 'server' },
    { name: 's2', driver: 'server' },
  ],
  attributes: [['nic-eth:0', 'a_b'] as const, ['nic-eth:2', '203'] as const].map(([port, value]) => ({
    ...{ thing: 0, port, key: 'vlan', subkey: '', number: null, value: { type: 'reference', value } },
  })),
  edges: [],
  links: [
    [0, 3],
    [0, 4],
  ],
  addresses: [],
  renames: [],
  dropped: [],
}

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

/** The SQL's answer and the naive evaluator's. */
async function both(view: View, query: Query, model: Model) {
  const naive = new Naive(model, view.catalogue).answer(query)
  const expected = 'names' in naive ? { ...naive, total: naive.names.length } : naive
  return { answer: await ask(view, query), expected }
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
            const { answer, expected } = await both(view, { ...query, asOf }, moment?.model ?? last)
            expect(answer, `SEED=${seed}: ${printQuery({ ...query, asOf })}`).toEqual(expected)
          }
        })
        await fc.assert(compare, { numRuns: QUESTIONS, seed: seed + i })
      })
    }
  }, 3_600_000)

  it('makes what is connected to a port a member of its VLAN, and of nothing else that the port is set to', async () => {
    await write(STRAY)
    const members = (field: 'class' | 'vlan') =>
      inventory.read((view) => {
        const expression: Expression = { tag: 'field', field, pattern: { tag: 'glob', text: '*' }, at: 0 }
        return both(view, { expression, limit: null, distinct: null, sort: null, asOf: null }, last)
      })
    const [nobody, s2] = [
      { names: [], total: 0 },
      { names: ['s2'], total: 1 },
    ]
    expect(await members('class')).toEqual({ answer: nobody, expected: nobody })
    expect(await members('vlan')).toEqual({ answer: s2, expected: s2 })
  })
})
