// Prints answers: as text, as lines of JSON, or a file's content where that is what the next program wants.
import type { Config } from '../config.ts'
import type { Answer } from '../message.ts'
import { answerJson, answerText } from '../render/answer.ts'
import { warningTexts } from '../render/reply.ts'
import { isText } from './files.ts'
import { page } from './pager.ts'
import { write } from './write.ts'

export const EXIT = { done: 0, refused: 1, misunderstood: 2 } as const

export type Status = (typeof EXIT)[keyof typeof EXIT]

export function statusOf(answer: Answer): Status {
  if (answer.tag === 'done') return EXIT.done
  return answer.refusal.source === 'parse' ? EXIT.misunderstood : EXIT.refused
}

// What is printed is not cut where it goes into a file or a pipe.
const UNCUT = Number.POSITIVE_INFINITY

export class Output {
  readonly #json: boolean
  readonly #config: Pick<Config, 'plain' | 'pager'>

  constructor(json: boolean, config: Pick<Config, 'plain' | 'pager'>) {
    this.#json = json
    this.#config = config
  }

  /** `where` is said before a refusal: `line 3`. Long answers are paged where somebody sits there. */
  async print(
    answer: Answer,
    { where = null, paged = false }: { where?: string | null; paged?: boolean } = {},
  ): Promise<void> {
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

  #look(stream: NodeJS.WriteStream) {
    return stream.isTTY ? { width: stream.columns, colour: !this.#config.plain } : { width: UNCUT, colour: false }
  }
}
