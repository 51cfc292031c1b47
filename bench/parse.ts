// What understanding a text costs: per command, as texts grow to the limit, and for the worst texts that are accepted.
// The commands are all of LANGUAGE.md; every figure that matters is a ratio taken in one run of interleaved rounds.
import { loadavg } from 'node:os'
import { createLanguage } from '../src/grammar/language.ts'
import { SYNTAXES } from '../test/grammar/syntaxes.ts'

const ROUNDS = 200
// A timing takes about this many characters, so that long texts are not timed with the garbage collector in each.
const CHARACTERS_A_TIMING = 200

const TYPICAL = [
  'server1',
  'driver:Server',
  'locate server1',
  'find driver:Server and attr:status,unallocated',
  'attr set s1 env prod',
  'attr get s1 env inherited',
  'power off server1',
  'insert s1 s2 into rack101 at U11-13',
  'driver:Server connected to name:rack002',
  'driver:Server and not driver:Server in name:rack1',
  'allocate 4 driver:Server and attr:status,unallocated in name:dcZ distinct rack to web',
  'cluster create c1 mysql size 10 from driver:Server distinct rack',
  'connect a:nic-eth:1 b:nic-eth:4',
  'schedule "0 3 * * *" backup c1',
  'jobs',
  'ip bind 10.0.0.7 to s1 eth0',
] as const

const words = (n: number, word: (i: number) => string, between = ' '): string =>
  Array.from({ length: n }, (_, i) => word(i)).join(between)

const SIZES = [15, 30, 60, 120, 240] as const

// Texts of n words: each kind of growth that the limits allow.
const GROWING: Readonly<Record<string, (n: number) => string>> = {
  values: (n) => `attr set s1 foo ${words(n, () => 'x')}`,
  pairs: (n) => `add server s1 ${words(n, (i) => `a${i}=1`)}`,
  'a or b': (n) => words(n / 2, (i) => `s${i}`, ' or '),
  brackets: (n) => `${'('.repeat(n / 2)}a${')'.repeat(n / 2)}`,
}

const WORST: Readonly<Record<string, string>> = {
  'values, 252': `attr set s1 ${words(253, () => 'x')}`,
  'keys, 253': `attr get s1 ${words(253, () => 'x')}`,
  'pairs, 253': `add server s1 ${words(253, (i) => `a${i}=1`)}`,
  'items, 252': `insert ${words(253, () => 'x')} into y`,
  'and, 128': words(128, () => 'x', ' and '),
  'and/or mixed, 51': words(51, () => 'x and not y', ' or '),
  'in, 31 deep': words(31, () => 'x', ' in '),
  'brackets, 127': `${'('.repeat(127)}x${')'.repeat(127)}`,
  'match, 60 pairs': `match keys (${words(60, (i) => `a${i}=1`, ', ')})`,
  'quoted, 1,900 characters': `attr set s1 note "${'x\\"'.repeat(630)}"`,
  'a range of 10,000 names': 'db[1-10000]',
  'commands in commands': `plan why plan why attr get s1 ${words(248, () => 'x')}`,
}

const sorted = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b)
const at = (times: readonly number[], share: number): number =>
  sorted(times)[Math.floor(times.length * share)] ?? Number.NaN

const show = (microseconds: number): string => microseconds.toFixed(1).padStart(9)

/** Prints the table of the parser. */
export async function run(): Promise<void> {
  const language = createLanguage(SYNTAXES)
  const texts = [...TYPICAL, ...Object.values(GROWING).flatMap((grow) => SIZES.map(grow)), ...Object.values(WORST)]
  const times = new Map<string, number[]>(texts.map((text) => [text, []]))
  for (let round = -20; round < ROUNDS; round++) {
    for (const [text, all] of times) {
      const repeats = Math.ceil(CHARACTERS_A_TIMING / text.length)
      const start = process.hrtime.bigint()
      for (let i = 0; i < repeats; i++) language.parse(text)
      // The first rounds only warm up.
      if (round >= 0) all.push(Number(process.hrtime.bigint() - start) / 1000 / repeats)
    }
  }
  const median = (text: string): number => at(times.get(text) ?? [], 0.5)
  const p95 = (text: string): number => at(times.get(text) ?? [], 0.95)
  const typical = at(TYPICAL.map(median), 0.5)

  const load = loadavg().map((one) => one.toFixed(2))
  console.log(`parse: ${SYNTAXES.length} commands, ${ROUNDS} interleaved rounds, load ${load.join(' ')}`)
  console.log('   median       p95  (us)')
  for (const text of TYPICAL) console.log(`${show(median(text))} ${show(p95(text))}  ${text}`)
  console.log(`${show(typical)}            the median command`)

  console.log(`\nus a word, for ${SIZES.join(', ')} words; the last against the first (linear: about 1 or less)`)
  for (const [kind, grow] of Object.entries(GROWING)) {
    const each = SIZES.map((size) => median(grow(size)) / size)
    const growth = (each.at(-1) ?? Number.NaN) / (each[0] ?? Number.NaN)
    console.log(`${each.map((one) => one.toFixed(2).padStart(7)).join('')}  ${growth.toFixed(2).padStart(6)}  ${kind}`)
  }

  console.log('\n   median       p95  (us), times the median command (at most 1,000)')
  for (const [kind, text] of Object.entries(WORST)) {
    const times = (median(text) / typical).toFixed(0).padStart(6)
    console.log(`${show(median(text))} ${show(p95(text))} ${times}  ${kind}`)
  }
}
