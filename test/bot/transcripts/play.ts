// Plays a transcript: what people do in a chat, and what the bot has said when it is quiet again. The head of slack.txt
// says how one is written.
import { linesMatch } from '../../language/read-cases.ts'

/** What the bot has said, as people see it. */
export interface Line {
  /** Of the message: what has been seen before is told again only where it has changed. */
  readonly ref: string
  /** Whose eyes it is for; null for everybody's. */
  readonly alone: string | null
  /** Its text, with `[Approve]` for buttons and `(picture …)`, `(file …)`, `(calls @bob)` for what is no text. */
  readonly lines: readonly string[]
}

/** A chat with people in it, and the bot. */
export interface Stage {
  /** `in` is `#ops`, `thread` (the last one) or `direct`. */
  type(who: string, where: string, text: string): Promise<void>
  /** The last message that has this button. */
  press(who: string, label: string): Promise<void>
  submit(who: string, text: string): Promise<void>
  slash(who: string, where: string, text: string): Promise<void>
  /** When all that was done is answered, and all that works has ended. */
  quiet(): Promise<void>
  said(): Promise<readonly Line[]>
}

interface Step {
  readonly line: number
  readonly action: string
  readonly expected: readonly string[]
}

export interface Transcript {
  readonly title: string
  readonly steps: readonly Step[]
}

export function readTranscripts(content: string): Transcript[] {
  const found: { title: string; steps: { line: number; action: string; expected: string[] }[] }[] = []
  for (const [index, line] of content.split('\n').entries()) {
    if (line.startsWith('#') && !line.startsWith('#ops')) continue
    if (line.startsWith('== ')) found.push({ title: line.slice(3), steps: [] })
    else if (line.startsWith('  ')) found.at(-1)?.steps.at(-1)?.expected.push(line.slice(2).trimEnd())
    else if (line.trim() !== '') found.at(-1)?.steps.push({ line: index + 1, action: line, expected: [] })
  }
  return found
}

/** Throws where somebody sees something else than is written. */
export async function play({ steps }: Transcript, stage: Stage, file: string): Promise<void> {
  const seen = new Map((await stage.said()).map(({ ref, lines }) => [ref, lines.join('\n')]))
  for (const { action, expected, line } of steps) {
    await act(action, stage, `${file}:${line}`)
    await stage.quiet()
    const lines: string[] = []
    for (const { ref, alone, lines: now } of await stage.said()) {
      const before = seen.get(ref)
      if (before === now.join('\n')) continue
      seen.set(ref, now.join('\n'))
      const to = alone === null ? '' : ` to ${alone} alone`
      lines.push(`clusto${to}${before === undefined ? '' : ', edited'}:`, ...now.map((one) => `  ${one}`.trimEnd()))
    }
    if (!linesMatch(expected, lines))
      throw new Error(`${file}:${line}: ${action}\nexpected:\n${indented(expected)}\nseen:\n${indented(lines)}`)
  }
}

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`.trimEnd()).join('\n')

// `alice in #ops: @clusto count m1`, `alice in thread: …`, `alice in #ops /clusto count m1`, `bob presses Approve`
const ACTION = /^(\w+) (?:in (#\w+|thread|direct)(?::| (\/clusto)) (.*)|(presses|fills in) (.*))$/

async function act(action: string, stage: Stage, at: string): Promise<void> {
  const [, who, where, slash, text = '', what, rest = ''] = ACTION.exec(action) ?? []
  if (who === undefined) throw new Error(`${at}: not understood: ${action}`)
  if (what === 'presses') return stage.press(who, rest)
  if (what === 'fills in') return stage.submit(who, rest)
  if (slash !== undefined) return stage.slash(who, where ?? '', text)
  return stage.type(who, where ?? '', text)
}
