// Measures several ways of doing the same side by side: a run of each in turn, so that whatever else the machine does
// hits all of them alike.

export interface Way {
  readonly name: string
  run(): Promise<unknown>
}

/** Milliseconds. */
export interface Figures {
  readonly median: number
  readonly p95: number
  /** The tenth fastest of a hundred: what is left when nothing else runs. */
  readonly p10: number
  readonly runs: number
}

export interface Effort {
  /** Runs before anything is timed: plans are cached, code is compiled. */
  readonly warm: number
  readonly runs: number
  /** Milliseconds after which no further round begins; at least five rounds are run. */
  readonly limit: number
}

const LEAST = 5

/** Figures for each way, in order; `clock` is what is measured, in milliseconds. */
export async function sideBySide(
  ways: readonly Way[],
  { warm, runs, limit }: Effort,
  clock = () => performance.now(),
): Promise<Figures[]> {
  const begun = performance.now()
  for (let round = 0; round < warm && (round < LEAST || performance.now() - begun < limit / 4); round++)
    for (const way of ways) await way.run()
  const times = ways.map((): number[] => [])
  const end = performance.now() + limit
  for (let round = 0; round < runs && (round < LEAST || performance.now() < end); round++) {
    for (const [index, way] of ways.entries()) {
      const begin = clock()
      await way.run()
      times[index]?.push(clock() - begin)
    }
  }
  return times.map(figures)
}

export function figures(times: readonly number[]): Figures {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p95: at(0.95), p10: at(0.1), runs: sorted.length }
}
