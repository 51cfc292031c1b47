// How a job that is waited for is shown: at a terminal one line that is drawn again, with the steps that have ended above
// it; elsewhere a line for each step that begins or ends.
import type { JobReply, JobStep } from '../../commands/reply.ts'
import { barLine, stepChange } from '../render/job-progress.ts'
import { stepLine } from '../render/job-words.ts'
import { write } from './write.ts'

export interface JobDisplay {
  show(job: JobReply): void
  /** Leaves the screen as the answer needs it. */
  end(): Promise<void>
}

export const NO_DISPLAY: JobDisplay = { show: () => undefined, end: () => Promise.resolve() }

// In milliseconds: the clock in the bar goes on by itself.
const REDRAW = 500
const CLEAR = '\r\x1b[K'

/** For a terminal. */
export class JobBar implements JobDisplay {
  readonly #stream: NodeJS.WriteStream
  readonly #colour: boolean
  readonly #since = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #told = new Set<string>()
  #job: JobReply | null = null

  constructor(stream: NodeJS.WriteStream, colour: boolean) {
    this.#stream = stream
    this.#colour = colour
    this.#timer = setInterval(() => this.#draw(''), REDRAW)
  }

  show(job: JobReply): void {
    const ended = job.steps.filter((step) => isOver(step) && !this.#told.has(step.name))
    for (const { name } of ended) this.#told.add(name)
    this.#job = job
    this.#draw(ended.map((step) => `${stepLine(step)}\n`).join(''))
  }

  end(): Promise<void> {
    clearInterval(this.#timer)
    return write(this.#stream, CLEAR)
  }

  #draw(before: string): void {
    if (this.#job === null) return
    const look = { width: this.#stream.columns, colour: this.#colour }
    const bar = barLine(this.#job, performance.now() - this.#since, look)
    void write(this.#stream, `${CLEAR}${before}${bar}`)
  }
}

/** For a file or a pipe. */
export class JobLines implements JobDisplay {
  readonly #stream: NodeJS.WriteStream
  readonly #before = new Map<string, string>()
  #written: Promise<void> = Promise.resolve()

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  show(job: JobReply): void {
    const lines: string[] = []
    for (const [at, step] of job.steps.entries()) {
      const seen = `${step.state} ${step.attempt ?? 0}`
      const before = this.#before.get(step.name)
      this.#before.set(step.name, seen)
      if (before !== seen && step.state !== 'pending' && step.state !== 'skipped') lines.push(stepChange(job, at))
    }
    if (lines.length > 0) this.#written = write(this.#stream, `${lines.join('\n')}\n`)
  }

  end(): Promise<void> {
    return this.#written
  }
}

function isOver({ state }: JobStep): boolean {
  return state !== 'pending' && state !== 'running'
}
