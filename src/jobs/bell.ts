// The bell that wakes whoever waits for jobs: rung in this process at once, and in others by NOTIFY. Who misses it looks
// again within a second: it carries no truth, the rows do.
import { EventEmitter } from 'node:events'
import type { Knex } from 'knex'
import type pg from 'pg'

/** `run`: there may be work. `cancel 12`, `change 12`: look at that run. */
export type Ring = 'run' | `cancel ${number}` | `change ${number}`

export const CHANNEL = 'clusto_jobs'

// In milliseconds, between attempts to listen again.
const AGAIN = 500

// By the configuration of the client, which a transaction shares with the pool that it is of.
const bells = new WeakMap<object, Bell>()

export class Bell {
  readonly #knex: Knex
  readonly #listeners = new EventEmitter().setMaxListeners(0)
  #users = 0
  #listening: Promise<void> | null = null
  #stop: (() => void) | null = null

  private constructor(knex: Knex) {
    this.#knex = knex
  }

  /** The bell of a database; the same for its transactions. */
  static of(knex: Knex): Bell {
    const key: object = knex.client.config
    const bell = bells.get(key) ?? new Bell(knex)
    bells.set(key, bell)
    return bell
  }

  /** Rings in this process when what `knex` has written is there to be seen: now, or when its transaction is committed. */
  ring(knex: Knex, ...rings: readonly Ring[]): void {
    const emit = () => {
      for (const ring of rings) this.#listeners.emit('ring', ring)
    }
    if (isTransaction(knex)) knex.executionPromise.then(emit, () => undefined)
    else emit()
  }

  /** Hears every ring until the answer is called. */
  on(listener: (ring: Ring) => void): () => void {
    this.#listeners.on('ring', listener)
    return () => this.#listeners.off('ring', listener)
  }

  /**
   * Listens to other processes too, through a connection of its own, until the answer is called. What happens to that
   * connection is told to `onTrouble`. Nothing to do for the embedded database, which has one process.
   */
  listen(kind: 'embedded' | 'postgres', onTrouble: (error: unknown) => void): () => Promise<void> {
    if (kind === 'embedded') return () => Promise.resolve()
    this.#users++
    this.#listening ??= this.#listen(onTrouble)
    return async () => {
      if (--this.#users > 0) return
      const listening = this.#listening
      this.#listening = null
      this.#stop?.()
      await listening
    }
  }

  async #listen(onTrouble: (error: unknown) => void): Promise<void> {
    const { client } = this.#knex
    for (let isTold = false; this.#users > 0; ) {
      let connection: pg.Client | null = null
      try {
        connection = (await client.acquireConnection()) as pg.Client
        const over = this.#untilOver(connection)
        await connection.query(`listen ${CHANNEL}`)
        isTold = false
        // Something may have been rung before.
        this.#listeners.emit('ring', 'run')
        await over
        if (this.#users === 0) await connection.query(`unlisten ${CHANNEL}`)
      } catch (error) {
        if (!isTold && this.#users > 0) onTrouble(error)
        isTold = true
        if (this.#users > 0) await this.#pause()
      } finally {
        connection?.removeAllListeners('notification')
        if (connection) await client.releaseConnection(connection)
      }
    }
  }

  /** Ends when nobody wants to listen any more; throws when the connection is lost. */
  #untilOver(connection: pg.Client): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stop = resolve
      connection.on('notification', ({ payload }) => this.#listeners.emit('ring', payload))
      connection.once('error', reject)
      connection.once('end', () => reject(new Error('the connection that listens has ended')))
    })
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, AGAIN)
      this.#stop = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function isTransaction(knex: Knex): knex is Knex.Transaction {
  return knex.isTransaction === true
}
