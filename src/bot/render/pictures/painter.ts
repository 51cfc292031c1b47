// Asks the thread that draws. One thing is drawn at a time; what takes too long is ended with its thread, and the next
// picture begins a new one. A thread that has nothing to do does not keep the program running.
import { Worker } from 'node:worker_threads'
import { BotError } from '../../error.ts'
import { FAMILY, FONT_FILES } from './fonts.ts'

type Question =
  /** Graphviz's language; the answer is its JSON. */
  | { readonly call: 'layout'; readonly text: string }
  /** An SVG, and how many pixels of the PNG one of it is. */
  | { readonly call: 'paint'; readonly text: string; readonly zoom: number }

interface Told {
  readonly id: number
  readonly result?: string | Uint8Array
  readonly error?: string
}

interface Waiting {
  readonly id: number
  resolve(result: string | Uint8Array): void
  reject(error: Error): void
}

// In milliseconds. The largest picture takes some two seconds.
const TIME_LIMIT = 20_000

export class Painter {
  readonly #timeLimit: number
  #worker: Worker | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #waiting: Waiting | null = null
  #last = 0

  constructor(timeLimit: number = TIME_LIMIT) {
    this.#timeLimit = timeLimit
  }

  /** Throws BotError `picture-failed`. */
  async layout(dot: string): Promise<string> {
    return String(await this.#inTurn({ call: 'layout', text: dot }))
  }

  /** A PNG. Throws BotError `picture-failed`. */
  async paint(svg: string, zoom: number): Promise<Uint8Array> {
    const png = await this.#inTurn({ call: 'paint', text: svg, zoom })
    if (typeof png === 'string') throw new Error('the painter answers with text where a picture is expected')
    return png
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #inTurn(question: Question): Promise<string | Uint8Array> {
    const done = this.#turn.then(() => this.#ask(question))
    this.#turn = done.catch(() => undefined)
    return done
  }

  #ask(question: Question): Promise<string | Uint8Array> {
    const worker = this.#started()
    const id = ++this.#last
    worker.ref()
    return new Promise<string | Uint8Array>((resolve, reject) => {
      const seconds = this.#timeLimit / 1000
      const limit = setTimeout(() => this.#fail(worker, `it took longer than ${seconds} seconds`), this.#timeLimit)
      const settle = () => {
        clearTimeout(limit)
        this.#waiting = null
        worker.unref()
      }
      this.#waiting = {
        id,
        resolve: (result) => {
          settle()
          resolve(result)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      }
      worker.postMessage({ id, zoom: 1, ...question })
    })
  }

  #started(): Worker {
    if (this.#worker) return this.#worker
    const workerData = { fontFiles: Object.values(FONT_FILES), family: FAMILY }
    const worker = new Worker(new URL('./paint-worker.js', import.meta.url), { workerData })
    worker.on('message', ({ id, result, error }: Told) => {
      if (this.#waiting?.id !== id) return
      if (result === undefined) this.#waiting.reject(failed(error ?? 'no answer'))
      else this.#waiting.resolve(result)
    })
    worker.on('error', ({ message }) => this.#fail(worker, message))
    worker.on('exit', () => this.#fail(worker, 'the drawing thread ended'))
    this.#worker = worker
    return worker
  }

  #fail(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return
    this.#worker = null
    void worker.terminate()
    this.#waiting?.reject(failed(reason))
  }
}

const failed = (reason: string) => new BotError('picture-failed', { reason })

/** One for the whole program; its thread begins with the first picture. */
export const painter = new Painter()
