// Asks the process that holds the database, through the socket in its data directory. An answer is complete or an
// error: a process that falls silent is given up.
import { connect, type Socket } from 'node:net'
import { CommandError } from '../../commands/error.ts'
import type { JobReply } from '../../commands/reply.ts'
import type { Words } from '../completion.ts'
import type { Config } from '../config.ts'
import { BotError } from '../error.ts'
import type { Answer } from '../message.ts'
import { meetChallenge } from './asker.ts'
import { readNamed } from './files.ts'
import { type Question, type Seat, SeatGone } from './seat.ts'
import { socketPath } from './socket-path.ts'
import { type Asked, PROTOCOL, receive, send, type Told } from './wire.ts'

// In milliseconds. The holder says every two seconds that it is alive while it works.
const GREETING_LIMIT = 10_000
const SILENCE_LIMIT = 30_000

/** How the commands of this terminal are asked. */
type How = Pick<Question, 'keepsFiles' | 'isConfirmed'>

/** Null where nobody listens. Throws BotError where somebody does and will not, or cannot, answer us. */
export async function openRemoteSeat({ data, demo }: Config, as: string | null, how: How): Promise<Seat | null> {
  const socket = await reach(data)
  return socket === null ? null : new RemoteSeat(socket, data, how).greet(demo, as)
}

async function reach(directory: string): Promise<Socket | null> {
  let place: ReturnType<typeof socketPath>
  try {
    place = socketPath(directory)
  } catch {
    return null
  }
  try {
    return await new Promise<Socket | null>((resolve) => {
      const socket = connect(place.path)
      socket.once('connect', () => resolve(socket))
      socket.once('error', () => resolve(null))
    })
  } finally {
    place.release()
  }
}

interface Waiting {
  readonly text: string
  taken: boolean
  resolve(frame: Told): void
  reject(error: Error): void
}

class RemoteSeat implements Seat {
  readonly #socket: Socket
  readonly #directory: string
  readonly #how: How
  readonly #waiting = new Map<number, Waiting>()
  readonly #following = new Map<number, (job: JobReply) => void>()
  #last = 0
  #silence: NodeJS.Timeout | null = null
  #greeting: { next(frame: Told): void; gone(error: Error): void } | null = null

  constructor(socket: Socket, directory: string, how: How) {
    this.#socket = socket
    this.#directory = directory
    this.#how = how
    socket.on('error', () => undefined)
    socket.on('close', () => this.#lose())
    receive(socket, (frame) => this.#take(frame as Told))
  }

  /** Proves who we are. */
  async greet(demo: boolean, as: string | null): Promise<Seat | null> {
    let takeBack = () => Promise.resolve()
    try {
      const hello = await this.#greeted()
      if (hello.tag !== 'hello' || hello.protocol !== PROTOCOL)
        throw new BotError('holder-differs', { directory: this.#directory })
      const proof = await meetChallenge(this.#directory, hello.challenge)
      if (proof === null) throw new BotError('asker-unproven', { directory: this.#directory })
      takeBack = proof
      const welcomed = this.#greeted()
      void send(this.#socket, { tag: 'proof', demo, as })
      const frame = await welcomed
      if (frame.tag === 'welcome') return this
      if (frame.tag === 'turned-away') throw new TurnedAway(frame.refusal)
      throw new BotError('holder-differs', { directory: this.#directory })
    } catch (error) {
      this.#socket.destroy()
      // It ended while we came in: somebody else will hold the directory.
      if (error instanceof SeatGone) return null
      throw error
    } finally {
      await takeBack()
    }
  }

  #greeted(): Promise<Told> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new BotError('holder-silent', { directory: this.#directory })),
        GREETING_LIMIT,
      )
      const settle = () => {
        clearTimeout(limit)
        this.#greeting = null
      }
      this.#greeting = {
        next: (frame) => {
          settle()
          resolve(frame)
        },
        gone: (error) => {
          settle()
          reject(error)
        },
      }
      if (this.#socket.destroyed) this.#greeting.gone(new SeatGone())
    })
  }

  async ask(text: string): Promise<Answer> {
    const frame = await this.#request('ask', text)
    if (frame.tag !== 'answer') throw new BotError('holder-differs', { directory: this.#directory })
    return frame.answer
  }

  async complete(text: string): Promise<Words> {
    const frame = await this.#request('complete', text)
    return frame.tag === 'words' ? frame.words : { from: text.length, words: [] }
  }

  async follow(job: string, onProgress: (job: JobReply) => void, signal: AbortSignal): Promise<void> {
    const id = ++this.#last
    const leave = () => {
      void send(this.#socket, { tag: 'unfollow', id })
    }
    this.#following.set(id, onProgress)
    signal.addEventListener('abort', leave)
    try {
      await this.#question({ tag: 'follow', id, job }, '')
    } finally {
      signal.removeEventListener('abort', leave)
      this.#following.delete(id)
    }
  }

  close(): Promise<void> {
    this.#socket.destroy()
    return Promise.resolve()
  }

  #request(tag: 'ask' | 'complete', text: string): Promise<Told> {
    const id = ++this.#last
    return this.#question(tag === 'ask' ? { tag, id, text, ...this.#how } : { tag, id, text }, text)
  }

  #question(frame: Extract<Asked, { tag: 'ask' | 'complete' | 'follow' }>, text: string): Promise<Told> {
    if (this.#socket.destroyed || !this.#socket.readable) return Promise.reject(new SeatGone())
    return new Promise((resolve, reject) => {
      this.#waiting.set(frame.id, { text, taken: false, resolve, reject })
      this.#listen()
      void send(this.#socket, frame)
    })
  }

  #take(frame: Told): void {
    this.#listen()
    switch (frame.tag) {
      case 'hello':
      case 'welcome':
      case 'turned-away':
        this.#greeting?.next(frame)
        return
      case 'alive':
        return
      case 'taken': {
        const waiting = this.#waiting.get(frame.id)
        if (waiting) waiting.taken = true
        return
      }
      case 'read':
        void this.#read(frame.id, frame.name)
        return
      case 'progress':
        this.#following.get(frame.id)?.(frame.job)
        return
      case 'answer':
      case 'followed':
      case 'words': {
        const waiting = this.#waiting.get(frame.id)
        this.#waiting.delete(frame.id)
        this.#listen()
        waiting?.resolve(frame)
        return
      }
      default:
        frame satisfies never
    }
  }

  /** Starts to wait anew for a sign of life, where one is due. */
  #listen(): void {
    if (this.#silence) clearTimeout(this.#silence)
    this.#silence = this.#waiting.size === 0 ? null : setTimeout(() => this.#socket.destroy(), SILENCE_LIMIT)
  }

  /** Sends a file of ours, if it is one that a command of ours names: the holder shall not read others through us. */
  async #read(id: number, name: string): Promise<void> {
    try {
      const isNamed = [...this.#waiting.values()].some(({ text }) => text.includes(name))
      if (!isNamed) throw new CommandError('file-not-found', { file: name, reason: 'the command does not name it' })
      await send(this.#socket, { tag: 'file', id, content: await readNamed(name), reason: '' })
    } catch (error) {
      const reason =
        error instanceof CommandError && 'reason' in error.facts ? String(error.facts.reason) : String(error)
      await send(this.#socket, { tag: 'file', id, content: null, reason })
    }
  }

  #lose(): void {
    this.#greeting?.gone(new SeatGone())
    for (const { taken, reject } of this.#waiting.values())
      reject(taken ? new BotError('holder-lost', { directory: this.#directory }) : new SeatGone())
    this.#waiting.clear()
    this.#listen()
  }
}

/** The holder says why not. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway'
  readonly refusal: Extract<Told, { tag: 'turned-away' }>['refusal']

  constructor(refusal: TurnedAway['refusal']) {
    super(refusal.code)
    this.refusal = refusal
  }
}
