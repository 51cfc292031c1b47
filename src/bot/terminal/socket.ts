// The process that holds an embedded database answers for it: others send their commands through a socket in the data
// directory, as the operating system's user that they run as.
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { CommandError } from '../../commands/error.ts'
import type { JobReply } from '../../commands/reply.ts'
import type { Words } from '../completion.ts'
import { demoIdentity } from '../demo.ts'
import { BotError } from '../error.ts'
import type { Answer } from '../message.ts'
import { refusalOf } from '../refusal.ts'
import { newChallenge, provenAsker } from './asker.ts'
import type { Question } from './seat.ts'
import { socketPath } from './socket-path.ts'
import { type Asked, PROTOCOL, receive, send } from './wire.ts'

export interface Answering {
  ask(question: Question): Promise<Answer>
  complete(text: string, operator: string): Promise<Words>
  /** Nothing where the operator may not know of the job. */
  follow(job: string, operator: string, signal: AbortSignal): AsyncIterable<JobReply>
  readonly isDemo: boolean
}

export interface Server {
  /** Nobody is there. */
  isIdle(): boolean
  /** Takes no more commands, finishes those that it has taken. */
  stop(): Promise<void>
}

// In milliseconds.
const HEARTBEAT = 2000
const PROOF_LIMIT = 10_000
const STOP_LIMIT = 120_000

/** Serves a data directory, whose lock this process must hold: a socket that lies there is a dead process's. */
export async function serve(directory: string, answering: Answering): Promise<Server> {
  const { path, release } = socketPath(directory)
  rmSync(path, { force: true })
  const peers = new Set<Peer>()
  const server = createServer((socket) => {
    const peer = new Peer(socket, directory, answering)
    peers.add(peer)
    socket.on('close', () => peers.delete(peer))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // The socket is made while listen() runs, and nobody else may connect from its first moment.
    const before = process.umask(0o177)
    server.listen(path, resolve)
    process.umask(before)
  })
  chmodSync(path, 0o600)
  return {
    isIdle: () => peers.size === 0,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const peer of peers) peer.stop()
      const limit = setTimeout(() => {
        for (const peer of peers) peer.end()
      }, STOP_LIMIT)
      await closed
      clearTimeout(limit)
      release()
    },
  }
}

interface Reading {
  resolve(content: Uint8Array): void
  reject(error: Error): void
}

/** One process at the other end. */
class Peer {
  readonly #socket: Socket
  readonly #directory: string
  readonly #answering: Answering
  readonly #challenge = newChallenge()
  readonly #readings = new Map<number, Reading>()
  /** Null until it is proven. */
  #operator: string | null = null
  /** What it follows, by the number of its question. */
  readonly #following = new Map<number, AbortController>()
  #busy = 0
  #stopping = false
  #last = 0

  constructor(socket: Socket, directory: string, answering: Answering) {
    this.#socket = socket
    this.#directory = directory
    this.#answering = answering
    const limit = setTimeout(() => {
      if (this.#operator === null) this.end()
    }, PROOF_LIMIT)
    const heartbeat = setInterval(() => {
      if (this.#busy > 0 || this.#following.size > 0) void send(socket, { tag: 'alive' })
    }, HEARTBEAT)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(limit)
      clearInterval(heartbeat)
      this.#followNothing()
      for (const { reject } of this.#readings.values()) reject(new Error('the process that asked has ended'))
    })
    // A frame that makes no sense is its sender's trouble alone.
    receive(socket, (frame) => void this.#take(frame as Asked).catch(() => this.end()))
    void send(socket, { tag: 'hello', protocol: PROTOCOL, challenge: this.#challenge })
  }

  /** Ends the connection as soon as nothing is under way. */
  stop(): void {
    this.#stopping = true
    // Jobs are followed elsewhere from here on.
    this.#followNothing()
    if (this.#busy === 0) this.#socket.end()
  }

  end(): void {
    this.#socket.destroy()
  }

  async #take(frame: Asked): Promise<void> {
    if (frame.tag === 'proof') return this.#prove(frame)
    const operator = this.#operator
    if (operator === null) return this.end()
    if (frame.tag === 'file') return this.#fileCame(frame)
    if (frame.tag === 'unfollow') return this.#following.get(frame.id)?.abort()
    // What is not taken may be asked elsewhere.
    if (this.#stopping) return
    if (frame.tag === 'follow') return this.#follow(frame, operator)
    this.#busy++
    try {
      if (frame.tag === 'ask') await this.#ask(frame, operator)
      else await send(this.#socket, { tag: 'words', id: frame.id, words: await this.#words(frame.text, operator) })
    } finally {
      this.#busy--
      if (this.#stopping) this.stop()
    }
  }

  async #prove({ demo, as }: Extract<Asked, { tag: 'proof' }>): Promise<void> {
    try {
      const asker = await provenAsker(this.#directory, this.#challenge)
      if (asker === null) throw new BotError('asker-unproven', { directory: this.#directory })
      if (demo && !this.#answering.isDemo) throw new BotError('not-a-demo', { place: this.#directory })
      this.#operator = demo ? demoIdentity(as) : asker
      await send(this.#socket, { tag: 'welcome' })
    } catch (error) {
      await send(this.#socket, { tag: 'turned-away', refusal: refusalOf(error, '') })
      this.#socket.end()
    }
  }

  async #ask({ id, text, keepsFiles, isConfirmed }: Extract<Asked, { tag: 'ask' }>, author: string): Promise<void> {
    // In the kernel's hands before anything is done: who has not read this was not taken.
    await send(this.#socket, { tag: 'taken', id })
    const answer = await this.#answering.ask({
      text,
      author,
      keepsFiles,
      isConfirmed,
      readFile: (name) => this.#read(name),
    })
    try {
      await send(this.#socket, { tag: 'answer', id, answer })
    } catch {
      const refusal = refusalOf(new BotError('answer-too-large', {}), text)
      await send(this.#socket, { tag: 'answer', id, answer: { tag: 'refused', command: text, refusal } })
    }
  }

  async #follow({ id, job }: Extract<Asked, { tag: 'follow' }>, operator: string): Promise<void> {
    const following = new AbortController()
    this.#following.set(id, following)
    try {
      for await (const seen of this.#answering.follow(job, operator, following.signal)) {
        if (following.signal.aborted) break
        await send(this.#socket, { tag: 'progress', id, job: seen })
      }
    } finally {
      this.#following.delete(id)
    }
    if (!this.#stopping) await send(this.#socket, { tag: 'followed', id })
  }

  #followNothing(): void {
    for (const following of this.#following.values()) following.abort()
  }

  async #words(text: string, operator: string): Promise<Words> {
    try {
      return await this.#answering.complete(text, operator)
    } catch {
      return { from: text.length, words: [] }
    }
  }

  /** Files are the asking process's: it reads them as its own user, in its own directory. */
  #read(name: string): Promise<Uint8Array> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('the process that asked has ended'))
      this.#readings.set(id, {
        resolve,
        reject: (error) => reject(new CommandError('file-not-found', { file: name, reason: error.message })),
      })
      void send(this.#socket, { tag: 'read', id, name })
    })
  }

  #fileCame({ id, content, reason }: Extract<Asked, { tag: 'file' }>): void {
    const reading = this.#readings.get(id)
    this.#readings.delete(id)
    if (content === null) reading?.reject(new Error(reason))
    else reading?.resolve(content)
  }
}
