// Reads a file of cases; the head of cases/inventory.txt says how it is written.

export interface Refusal {
  readonly code: string
  /** Null where it points nowhere. */
  readonly position: number | null
}

export type Step = { readonly line: number } & (
  | { readonly tag: 'do'; readonly command: string; readonly author?: string }
  | {
      readonly tag: 'ask'
      readonly command: string
      /** Who asks; the operator of the tests unless said. */
      readonly author?: string
      readonly things: readonly string[] | null
      /** `maybe`: the words alone are looked at. */
      readonly refusal: Refusal | 'maybe' | null
      readonly suggestions: readonly string[] | null
      /** Lines of the answer; null where it is not looked at. */
      readonly text: readonly string[] | null
    }
  | {
      readonly tag: 'clock'
      readonly version: number
      readonly at: { readonly ago: string } | { readonly iso: string }
    }
  | { readonly tag: 'file'; readonly name: string; readonly content: string }
)

export interface Group {
  readonly title: string
  readonly demo: boolean
  readonly steps: readonly Step[]
}

type Draft<S> = S extends unknown ? { -readonly [K in keyof S]: S[K] } : never

const INDENT = '    '
const ANY_LINES = '...'

/** Throws Error with the number of a line that is not understood. */
export function readCases(content: string, file: string): Group[] {
  const groups: { title: string; demo: boolean; steps: Draft<Step>[] }[] = []
  for (const [index, written] of content.split('\n').entries()) {
    const line = index + 1
    const fail = (reason: string) => new Error(`${file}:${line}: ${reason}: ${written}`)
    if (written.trim() === '' || written.startsWith('#')) continue
    const title = /^== (.+?)(, on the demo)?$/.exec(written)
    if (title) {
      groups.push({ title: title[1] ?? '', demo: title[2] !== undefined, steps: [] })
      continue
    }
    const steps = groups.at(-1)?.steps
    if (!steps) throw fail('a group begins with ==')
    const last = steps.at(-1)
    const sign = written.slice(0, 2)
    const rest = written.slice(2)
    if (written.startsWith(INDENT) || written === ANY_LINES) {
      const text = written === ANY_LINES ? written : written.slice(INDENT.length)
      if (last?.tag === 'ask') last.text = [...(last.text ?? []), text]
      else if (last?.tag === 'file') last.content += `${text}\n`
      else throw fail('text belongs to a command or to a file')
    } else if (sign === '+ ') steps.push({ tag: 'do', line, command: rest })
    else if (sign === '> ')
      steps.push({ tag: 'ask', line, command: rest, things: null, refusal: null, suggestions: null, text: null })
    else if (written.startsWith('file ')) steps.push({ tag: 'file', line, name: written.slice(5), content: '' })
    else if (sign === '~ ') steps.push(readClock(line, rest, fail))
    else if (last?.tag !== 'ask') throw fail('an answer belongs to a command')
    else if (sign.trim() === '=') last.things = words(rest)
    else if (sign === '? ') last.suggestions = words(rest)
    else if (sign === '! ') last.refusal = readRefusal(rest, fail)
    else throw fail('not understood')
  }
  return groups
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

function readRefusal(text: string, fail: (reason: string) => Error): Refusal {
  const found = /^([a-z][a-z0-9-]+) (-|\d+)$/.exec(text)
  if (!found) throw fail('a refusal is a code and a position')
  return { code: found[1] ?? '', position: found[2] === '-' ? null : Number(found[2]) }
}

function readClock(line: number, text: string, fail: (reason: string) => Error): Draft<Step> {
  const found = /^version (\d+) (?:at (\S+)|(\d+[smhdw]) ago)$/.exec(text)
  if (!found) throw fail('a version is as old as `at 2026-10-31` or `3h ago` says')
  const [, version, iso, ago = ''] = found
  return { tag: 'clock', line, version: Number(version), at: iso === undefined ? { ago } : { iso } }
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '<n>': '\\d+',
  '<time>': '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ',
}

/** Whether lines are as expected, where `...` stands for any number of them. */
export function linesMatch(expected: readonly string[], lines: readonly string[]): boolean {
  const [first, ...rest] = expected
  if (first === undefined) return lines.length === 0
  if (first.trim() === ANY_LINES)
    return lines.some((_, at) => linesMatch(rest, lines.slice(at))) || linesMatch(rest, [])
  const [line, ...others] = lines
  return line !== undefined && patternOf(first).test(line.trimEnd()) && linesMatch(rest, others)
}

function patternOf(line: string): RegExp {
  const parts = line.trimEnd().split(/(<n>|<time>)/)
  const escaped = parts.map((part) => PLACEHOLDERS[part] ?? part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${escaped.join('')}$`)
}
