// PGlite as a Postgres server that one client can connect to: a stream that speaks the wire protocol to the worker
// thread. Because `pg` itself sits on top, types, errors and transactions are the same as on a server.
import { Duplex } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { DatabaseError } from './error.ts'

interface Answer {
  readonly id: number
  readonly bytes?: Uint8Array
  readonly error?: string
}

interface Options {
  /** Where the files are; null keeps everything in memory. */
  readonly directory: string | null
  /** A dump (`dumpDataDir`) that a new database begins from. */
  readonly template: string | null
  /** How long one batch of messages may take, in milliseconds; then the thread is ended and the next one opens it again. */
  readonly timeout: number
}

// How much a function of PGlite's has to run before V8 compiles it once more, to be faster (its own is 1,800,000). Most
// commands are over before that pays: opening and one question take 0.7 s of processor time in place of 1.1 s.
const TIERING_BUDGET = 100_000_000

/** The thread and the questions it has not answered. */
export class Embedded {
  readonly #options: Options
  #worker: Worker | null = null
  #opened: Promise<void> | null = null
  // The thread before must be gone before the next one opens the same files.
  #ended: Promise<unknown> = Promise.resolve()
  #initialised = false
  // The one session is in a transaction, by what the last answer said.
  #isInTransaction = false
  // One batch at a time: the session must be known before another socket gets it.
  #turn: Promise<unknown> = Promise.resolve()
  #last = 0
  readonly #sockets = new Set<EmbeddedSocket>()
  readonly #waiting = new Map<number, { resolve(bytes: Uint8Array): void; reject(error: Error): void }>()

  constructor(options: Options) {
    this.#options = options
  }

  /** Starts the thread and waits until the database answers. Throws DatabaseError `data-corrupt`. */
  open(): Promise<void> {
    this.#opened ??= this.#start()
    return this.#opened
  }

  async #start(): Promise<void> {
    await this.#ended
    const { directory } = this.#options
    const template = this.#initialised && directory !== null ? null : this.#options.template
    setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`)
    const worker = new Worker(new URL('./embedded-worker.js', import.meta.url), { workerData: { directory, template } })
    this.#worker = worker
    this.#isInTransaction = false
    let isOpen = false
    worker.on('message', (answer: Answer) => this.#settle(worker, answer))
    worker.on('error', ({ message: reason }) =>
      this.#fail(
        worker,
        isOpen
          ? new DatabaseError('database-failed', { reason })
          : new DatabaseError('data-corrupt', { directory, reason }),
      ),
    )
    worker.on('exit', () => this.#fail(worker, new DatabaseError('database-stopped', {})))
    await new Promise<Uint8Array>((resolve, reject) => this.#waiting.set(0, { resolve, reject }))
    isOpen = true
    this.#initialised = true
  }

  /**
   * Gives the session to a socket, without a transaction that the one before has left open. The socket is destroyed
   * with the thread, in whose session its transaction and its prepared statements are.
   */
  attach(socket: EmbeddedSocket): Promise<void> {
    return this.#inTurn(async () => {
      // Where it fails the thread has been ended, and the transaction with it.
      if (this.#isInTransaction) await this.#run(ROLLBACK).catch(() => this.open())
      if (socket.destroyed) return
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  /** Sends protocol messages that end in Sync or Query; answers with what the server says. */
  send(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(() => this.#run(bytes))
  }

  /** The whole database as a gzipped tar file, for `template`. */
  dump(): Promise<Uint8Array> {
    return this.#inTurn(() => this.#ask({ call: 'dump' }, 60_000))
  }

  async close(): Promise<void> {
    const worker = this.#worker
    if (!worker) return
    await this.#ask({ call: 'close' }, 10_000).catch(() => undefined)
    this.#worker = null
    this.#opened = null
    await worker.terminate()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      await this.open()
      return work()
    })
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #run(bytes: Uint8Array): Promise<Uint8Array> {
    const worker = this.#worker
    const answer = await this.#ask({ bytes }, this.#options.timeout)
    const status = statusAtEnd(answer)
    if (status === null) {
      // Postgres has lost its way (a stack that is full, say): what its session holds is not known.
      const error = new DatabaseError('database-failed', { reason: 'its answer breaks off' })
      if (worker) this.#fail(worker, error)
      throw error
    }
    this.#isInTransaction = status !== IDLE
    return answer
  }

  #ask(message: { bytes: Uint8Array } | { call: 'close' | 'dump' }, timeout: number): Promise<Uint8Array> {
    const worker = this.#worker
    if (!worker) return Promise.reject(new DatabaseError('database-stopped', {}))
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const watchdog = setTimeout(() => {
        this.#fail(worker, new DatabaseError('query-too-long', { seconds: timeout / 1000 }))
      }, timeout)
      this.#waiting.set(id, {
        resolve: (bytes) => {
          clearTimeout(watchdog)
          resolve(bytes)
        },
        reject: (error) => {
          clearTimeout(watchdog)
          reject(error)
        },
      })
      worker.postMessage({ id, ...message })
    })
  }

  #settle(worker: Worker, { id, bytes, error }: Answer): void {
    // Its session may be inside a transaction, which the next command must not commit.
    if (error !== undefined) this.#fail(worker, new DatabaseError('database-failed', { reason: error }))
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.resolve(bytes ?? new Uint8Array())
  }

  #fail(worker: Worker, error: DatabaseError): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#opened = null
    this.#ended = worker.terminate()
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    for (const socket of this.#sockets) socket.destroy(error)
  }
}

const SYNC = 'S'.charCodeAt(0)
const QUERY = 'Q'.charCodeAt(0)
const TERMINATE = 'X'.charCodeAt(0)
const READY = 'Z'.charCodeAt(0)
const IDLE = 'I'.charCodeAt(0)
const ROLLBACK = message('Q', Buffer.from('rollback\0'))

/** What `pg` calls a stream: a socket whose other end is the embedded database. */
export class EmbeddedSocket extends Duplex {
  readonly #database: Embedded
  #started = false
  #pending: Buffer[] = []

  constructor(database: Embedded) {
    super()
    this.#database = database
  }

  connect(): this {
    this.#database.attach(this).then(
      () => this.emit('connect'),
      (error: Error) => this.destroy(error),
    )
    return this
  }

  setNoDelay(): this {
    return this
  }

  // `pg` lets an idle client end its program; the thread is closed by close() alone.
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (!this.#started) {
      // The start-up message is the only one without a type; PGlite has no users to ask about.
      this.#started = true
      this.push(greeting())
      done()
      return
    }
    this.#pending.push(chunk)
    const last = lastMessage(Buffer.concat(this.#pending))
    if (last === TERMINATE) {
      this.push(null)
      done()
      return
    }
    if (last !== SYNC && last !== QUERY) {
      done()
      return
    }
    const batch = Buffer.concat(this.#pending)
    this.#pending = []
    this.#database.send(batch).then(
      (bytes) => {
        this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
        done()
      },
      (error: Error) => done(error),
    )
  }
}

/** The type of the last message in a batch, or null where the batch ends in the middle of one. */
function lastMessage(batch: Buffer): number | null {
  let type: number | null = null
  for (let at = 0; at < batch.length; ) {
    if (batch.length < at + 5) return null
    type = batch.readUInt8(at)
    at += 1 + batch.readInt32BE(at + 1)
    if (at > batch.length) return null
  }
  return type
}

/** What the ReadyForQuery at the end of an answer says of the transaction; null where there is none. */
function statusAtEnd(answer: Uint8Array): number | null {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
  return lastMessage(bytes) === READY ? (bytes.at(-1) ?? null) : null
}

function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

// AuthenticationOk, the parameters that `pg` reads, ReadyForQuery (idle).
function greeting(): Buffer {
  const parameter = (name: string, value: string) => message('S', Buffer.from(`${name}\0${value}\0`))
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    parameter('client_encoding', 'UTF8'),
    parameter('standard_conforming_strings', 'on'),
    message('Z', Buffer.from('I')),
  ])
}
