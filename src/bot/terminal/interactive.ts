// The prompt: a line, its answer, the next line; with history, completion, colours and pages.
import { createInterface, type Interface } from 'node:readline'
import type { Config } from '../config.ts'
import { keepInHistory, readHistory } from './history.ts'
import { EXIT, type Status } from './output.ts'
import { type Place, printEnd } from './wait.ts'

const LEAVE: ReadonlySet<string> = new Set(['exit', 'quit'])

/** Until Ctrl-D, `exit` or `quit`. */
export async function converse(place: Place, config: Config): Promise<Status> {
  const { desk, stop } = place
  const lines: string[] = []
  let wake: (() => void) | null = null
  let isOver = false
  let isWorking = false
  const notify = () => {
    wake?.()
    wake = null
  }
  const reader = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: 'clusto> ',
    history: readHistory(config.data),
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      void desk.complete(line).then(({ from, words }) => done(null, [words.map(spaced), line.slice(from)]))
    },
  })
  reader.on('line', (line) => {
    keepInHistory(config.data, line)
    lines.push(line)
    notify()
  })
  reader.on('close', () => {
    isOver = true
    notify()
  })
  reader.on('SIGINT', () => {
    if (stop.isWaiting) stop.interrupt()
    else if (isWorking) process.stdout.write('^C: the command is under way, and ends by itself\n')
    else cancel(reader)
  })
  reader.prompt()
  for (;;) {
    const line = lines.shift()
    if (line === undefined) {
      if (isOver) break
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      continue
    }
    const text = line.trim()
    if (LEAVE.has(text.toLowerCase())) break
    if (text !== '' && !text.startsWith('#')) {
      isWorking = true
      const answer = await desk.ask(line)
      await printEnd(answer, place, { paged: true })
      stop.forget()
      isWorking = false
    }
    if (!isOver) reader.prompt()
  }
  if (isOver) process.stdout.write('\n')
  reader.close()
  return EXIT.done
}

/** A whole word is followed by a space; `driver:` goes on. */
function spaced(word: string): string {
  return /[:(,=]$/.test(word) ? word : `${word} `
}

function cancel(reader: Interface): void {
  process.stdout.write('^C\n')
  reader.write(null, { ctrl: true, name: 'e' })
  reader.write(null, { ctrl: true, name: 'u' })
  reader.prompt()
}
