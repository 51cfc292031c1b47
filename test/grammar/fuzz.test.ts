// A few seconds of the fuzzer; FUZZ=1000000 for the whole of it (or `npm run fuzz`), SEED=<n> for a given run.
import { expect, test } from 'vitest'
import { fuzz, guidedTexts, mutatedTexts, randomTexts } from './fuzz.ts'
import { drawFrom } from './sentence.ts'

const amount = Number(process.env.FUZZ ?? 50_000)
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const timeout = 60_000 + amount

test.each([
  ['guided', guidedTexts, amount],
  ['random', randomTexts, amount],
  ['mutated', mutatedTexts, Math.max(10_000, Math.round(amount / 10))],
] as const)(
  `%s texts: never two readings, never a crash, never long (SEED=${seed})`,
  { timeout },
  (_kind, texts, count) => {
    const report = fuzz(count, texts(drawFrom(seed)))
    expect(report.understood).toBeGreaterThan(count / 100)
    expect(report.worst / report.median, report.worstText).toBeLessThan(1000)
  },
)
