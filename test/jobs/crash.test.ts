// Workers that are killed at every named point: nothing is lost, and nothing is done twice. The points are shared among
// lanes, each with a database of its own. RUNS=200 (`npm run crash`) kills that often on each database, one at a time, with
// the leases of every day, and waits for each restart to settle.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { createDatabase, type DatabaseKind, databases } from '../inventory/open.ts'
import { crash, type Outcome, POINTS } from './crash.ts'

const RUNS = Number(process.env.RUNS ?? 0)
const SETTLED_IN = 10_000
const LANES = RUNS > 0 ? 1 : 2
const RANDOM = RUNS > 0 ? Math.max(RUNS - POINTS.length, 2) : 1
const PACE = RUNS > 0 ? { leaseMs: 6000, tickMs: 1000 } : { leaseMs: 1500, tickMs: 250 }

describe.each(databases)('a worker that is killed on %s', (kind) => {
  it('leaves every run to be ended, or to stand as unknown, and no step that matters done twice', {
    timeout: 4 * 3_600_000,
  }, async () => {
    const points = Array.from({ length: LANES }, (_, lane) => POINTS.filter((_, at) => at % LANES === lane))
    for (const outcome of await Promise.all(points.map((some) => crashOn(kind, some)))) {
      if (RUNS > 0) console.log(kind, outcome)
      expect(outcome).toMatchObject({ wrong: [], missed: [], troubles: [] })
      expect(outcome.kills).toBeGreaterThanOrEqual(Math.floor(POINTS.length / LANES) + RANDOM)
      expect(outcome.slowestOfItself).toBeLessThan(SETTLED_IN)
    }
  })
})

async function crashOn(kind: DatabaseKind, points: readonly string[]): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'clusto-crash-'))
  const server = kind === 'postgres' ? await createDatabase() : null
  try {
    const config = server
      ? ({ kind: 'postgres', url: server.url } as const)
      : ({ kind: 'embedded', directory: join(folder, 'data'), template: inject('template') } as const)
    return await crash({ ...PACE, config, folder, points, random: RANDOM, patient: RUNS > 0 })
  } finally {
    await server?.drop()
    await rm(folder, { recursive: true })
  }
}
