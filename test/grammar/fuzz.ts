// Throws sentences at the parser: guided ones, which must never have two readings, random and mutated ones, which must
// neither crash nor hang it. `npm run fuzz` runs the full amounts; FUZZ=<sentences> and SEED=<n> change them.
import { pathToFileURL } from 'node:url'
import { createLanguage } from '../../src/grammar/language.ts'
import { ParseError } from '../../src/grammar/parse-error.ts'
import { readCases } from './cases.ts'
import { type Draw, drawFrom, Sentences } from './sentence.ts'
import { SYNTAXES } from './syntaxes.ts'

const language = createLanguage(SYNTAXES)

export interface Report {
  readonly texts: number
  readonly understood: number
  readonly refused: number
  /** Microseconds. */
  readonly median: number
  /** The slowest, at its best of three repetitions: the first time may have met the garbage collector. */
  readonly worst: number
  readonly worstText: string
}

function microseconds(text: string): number {
  const start = process.hrtime.bigint()
  try {
    language.parse(text)
  } catch (error) {
    // Anything but a refusal is a mistake: two readings, or a crash.
    if (!(error instanceof ParseError)) throw new Error(`${JSON.stringify(text)}: ${error}`, { cause: error })
    if (error.position < 0 || error.position > text.length)
      throw new Error(`a position outside: ${JSON.stringify(text)}`)
  }
  return Number(process.hrtime.bigint() - start) / 1000
}

function understands(text: string): boolean {
  try {
    language.parse(text)
    return true
  } catch (error) {
    if (error instanceof ParseError) return false
    throw error
  }
}

/** Parses that many texts. @throws Error for a text with two readings, or one that crashes the parser. */
export function fuzz(texts: number, next: () => string): Report {
  const times = new Float64Array(texts)
  const slowest: { text: string; time: number }[] = []
  let understood = 0
  for (let i = 0; i < texts; i++) {
    const text = next()
    const time = microseconds(text)
    times[i] = time
    // A sample is enough to know that the sentences are not all refused.
    if (i % 10 === 0 && understands(text)) understood += 10
    if (slowest.length < 20 || time > (slowest.at(-1)?.time ?? 0)) {
      slowest.push({ text, time })
      slowest.sort((a, b) => b.time - a.time)
      slowest.length = Math.min(slowest.length, 20)
    }
  }
  const again = slowest.map(({ text }) => ({ text, time: Math.min(...[1, 2, 3].map(() => microseconds(text))) }))
  again.sort((a, b) => b.time - a.time)
  times.sort()
  return {
    texts,
    understood,
    refused: texts - understood,
    median: times[texts >> 1] ?? 0,
    worst: again[0]?.time ?? 0,
    worstText: again[0]?.text ?? '',
  }
}

const PIECES = [
  ...'abcXYZ019 _-#=<>,:;/\\"\'()[]{}*?!.&|^$+~`@%\t\n\u00a0“”‘’—–😀\ud800\u0000\u200b',
  ...'attr: attr:a, attr:a>= name: name:" thing:" json:\' match keys (a= match exact ( haskey( not and or in connected to'.split(
    ' ',
  ),
  ...'containing as of 2h ago limit 4 distinct rack sort by because "x" find attr set insert into <http://a|b> &amp; /a b/ db[1-3]'.split(
    ' ',
  ),
]

/** Texts of pieces of the language in any order, from very short to the limit. */
export function randomTexts(draw: Draw): () => string {
  return () => {
    const length = draw(20) === 0 ? draw(600) : draw(24)
    let text = ''
    for (let i = 0; i < length; i++) text += (PIECES[draw(PIECES.length)] ?? '') + (draw(3) === 0 ? ' ' : '')
    return text.slice(0, 2100)
  }
}

/** The inputs of cases.txt with a few characters and words taken out, doubled, swapped or put in. */
export function mutatedTexts(draw: Draw): () => string {
  const inputs = readCases().map(({ input }) => input)
  const mutate = (text: string): string => {
    const at = draw(text.length + 1)
    const words = text.split(' ')
    switch (draw(7)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1)
      case 1:
        return text.slice(0, at) + (PIECES[draw(PIECES.length)] ?? '') + text.slice(at)
      case 2:
        return words.toSpliced(draw(words.length), 1).join(' ')
      case 3:
        return words.toSpliced(draw(words.length), 0, words[draw(words.length)] ?? '').join(' ')
      case 4:
        return `${text} ${inputs[draw(inputs.length)]}`
      case 5:
        return text.slice(0, at)
      default:
        return words.with(draw(words.length), words[draw(words.length)] ?? '').join(' ')
    }
  }
  return () => {
    let text = inputs[draw(inputs.length)] ?? ''
    for (let n = 1 + draw(4); n > 0; n--) text = mutate(text)
    return text
  }
}

/** Complete sentences of every command. */
export function guidedTexts(draw: Draw): () => string {
  const sentences = new Sentences(SYNTAXES, draw)
  return () => sentences.next()
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const amount = Number(process.env.FUZZ ?? 1_000_000)
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  console.log(`seed ${seed}`)
  const kinds = [
    ['guided', amount, guidedTexts],
    ['random', amount, randomTexts],
    ['mutated', Math.max(10_000, Math.round(amount / 10)), mutatedTexts],
  ] as const
  for (const [kind, texts, make] of kinds) {
    const report = fuzz(texts, make(drawFrom(seed)))
    const ratio = report.worst / report.median
    console.log(
      `${kind}: ${texts} texts, ${report.understood} understood, none twice; median ${report.median.toFixed(1)} us, ` +
        `worst ${report.worst.toFixed(0)} us (${ratio.toFixed(0)} times), of ${report.worstText.length} characters`,
    )
    if (ratio > 1000) throw new Error(`more than a thousand times the median: ${report.worstText}`)
  }
}
