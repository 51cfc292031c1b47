// Workers that are killed at every named point: nothing is lost, and nothing is done twice. RUNS=200 (`npm run crash`)
// kills that often on each database, and waits for each restart to settle.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { createDatabase, databases } from '../inventory/open.ts'
import { crash, POINTS } from './crash.ts'

const RUNS = Number(process.env.RUNS ?? 0)
const SETTLED_IN = 10_000

describe.each(databases)('a worker that is killed on %s', (kind) => {
  it('leaves every run to be ended, or to stand as unknown, and no step that matters done twice', {
    timeout: 3_600_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clusto-crash-'))
    const server = kind === 'postgres' ? await createDatabase() : null
    try {
      const config = server
        ? ({ kind: 'postgres', url: server.url } as const)
        : ({ kind: 'embedded', directory: join(folder, 'data'), template: inject('template') } as const)
      const random = Math.max(RUNS - POINTS.length, 2)
      const outcome = await crash({ config, folder, points: POINTS, random, patient: RUNS > 0 })
      if (RUNS > 0) console.log(kind, outcome)
      expect(outcome).toMatchObject({ wrong: [], missed: [], troubles: [] })
      expect(outcome.kills).toBeGreaterThanOrEqual(POINTS.length + random)
      expect(outcome.slowest).toBeLessThan(SETTLED_IN)
    } finally {
      await server?.drop()
      await rm(folder, { recursive: true })
    }
  })
})
