// Prints answers: as text, as lines of JSON, or a file's content where that is what the next program wants.
import type { JobReply } from '../../commands/reply.ts'
import type { Config } from '../config.ts'
import type { Answer } from '../message.ts'
import { answerJson, answerText, isFailedJob } from '../render/answer.ts'
import { warningTexts } from '../render/reply.ts'
import { isText } from './files.ts'
import { page } from './pager.ts'
import { JobBar, type JobDisplay, JobLines, NO_DISPLAY } from './progress.ts'
import { write } from './write.ts'

export const EXIT = { done: 0, refused: 1, misunderstood: 2 } as const

export type Status = (typeof EXIT)[keyof typeof EXIT]

/**
 * A job that was waited for and has not come to a good end is a failure; one that was only asked about is not. So is an
 * alarm: whoever watches the bot by `doctor` looks at nothing else.
 */
export function statusOf(answer: Answer): Status {
  if (answer.tag === 'done') {
    const isAlarm = answer.reply.kind === 'table' && answer.reply.isAlarm === true
    return isAlarm || isFailedJob(answer) ? EXIT.refused : EXIT.done
  }
  return answer.refusal.source === 'parse' ? EXIT.misunderstood : EXIT.refused
}

// What is printed is not cut where it goes into a file or a pipe.
const UNCUT = Number.POSITIVE_INFINITY

export interface Printing {
  /** Said before a refusal: `line 3`. */
  readonly where?: string | null
  /** Whether a long answer is shown in pages where somebody sits there. */
  readonly paged?: boolean
}

export class Output {
  readonly #json: boolean
  readonly #config: Pick<Config, 'plain' | 'pager'>

  constructor(json: boolean, config: Pick<Config, 'plain' | 'pager'>) {
    this.#json = json
    this.#config = config
  }

  async print(answer: Answer, { where = null, paged = false }: Printing = {}): Promise<void> {
    if (this.#json) return write(process.stdout, `${answerJson(answer)}\n`)
    if (answer.tag === 'refused') {
      const text = answerText(answer, this.#look(process.stderr))
      return write(process.stderr, where === null ? `${text}\n` : `${where}:\n${text}\n`)
    }
    // Warnings are not what the next program asked for.
    const warnings = warningTexts(answer.reply).map((line) => `${line}\n`)
    if (warnings.length > 0) await write(process.stderr, warnings.join(''))
    if (answer.reply.kind === 'file' && isText(answer.reply.mediaType) && !process.stdout.isTTY)
      return write(process.stdout, answer.reply.content)
    const reply = { ...answer.reply, warnings: [] }
    const text = `${answerText({ ...answer, reply }, this.#look(process.stdout))}\n`
    if (paged && process.stdout.isTTY && process.stdin.isTTY && text.split('\n').length > process.stdout.rows)
      return page(text, this.#config.pager)
    return write(process.stdout, text)
  }

  /** Shows how a job goes until it is waited for no longer. */
  progress(job: JobReply): JobDisplay {
    if (this.#json) return NO_DISPLAY
    const display = process.stdout.isTTY
      ? new JobBar(process.stdout, !this.#config.plain)
      : new JobLines(process.stdout)
    display.show(job)
    return display
  }

  #look(stream: NodeJS.WriteStream) {
    return stream.isTTY ? { width: stream.columns, colour: !this.#config.plain } : { width: UNCUT, colour: false }
  }
}
