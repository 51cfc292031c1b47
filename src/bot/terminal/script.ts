// Commands from a file or from standard input, one a line: `clusto run <file>`.
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { BotError } from '../error.ts'
import { refusalOf } from '../refusal.ts'
import { fileTrouble } from './files.ts'
import { EXIT, type Status } from './output.ts'
import { type Place, printEnd } from './wait.ts'
import { isLost } from './write.ts'

export interface Script {
  /** A path, or `-` for standard input. */
  readonly file: string
  /** Goes on after a command that fails. */
  readonly keepGoing: boolean
}

/** Asks each line in turn; blanks and comments are skipped. The worst status of all. */
export async function runScript({ file, keepGoing }: Script, place: Place): Promise<Status> {
  const { desk, output, stop } = place
  let worst: Status = EXIT.done
  let number = 0
  try {
    for await (const line of linesOf(file === '-' ? process.stdin : createReadStream(file))) {
      number++
      const text = number === 1 ? line.replace(/^\ufeff/, '') : line
      if (text.trim() === '' || text.trimStart().startsWith('#')) continue
      // Nobody reads the answers any more: what is left is not done unseen.
      if (isLost(process.stdout)) return worst === EXIT.done ? EXIT.refused : worst
      const answer = await desk.ask(text)
      const where = `${file === '-' ? 'standard input' : file}, line ${number}`
      const status = await printEnd(answer, place, { where })
      if (status > worst) worst = status
      if (stop.wasInterrupted) return worst
      if (status !== EXIT.done && !keepGoing) return worst
    }
    return worst
  } catch (error) {
    const unreadable = new BotError('script-unreadable', { file, reason: fileTrouble(error) })
    const command = `run ${file}`
    await output.print({ tag: 'refused', command, refusal: refusalOf(unreadable, command) })
    return EXIT.refused
  }
}

/** The lines of a stream as they arrive, without their ends; a last one without an end too. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  if (rest !== '') yield rest.replace(/\r$/, '')
}
