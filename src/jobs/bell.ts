// The bell that wakes whoever waits for jobs: rung in this process at once, and in others by NOTIFY. Who misses it looks
// again within a second: it carries no truth, the rows do.
import { EventEmitter } from 'node:events'
import type { Knex } from 'knex'
import type pg from 'pg'

/** `run`: there may be work. `cancel 12`, `change 12`: look at that run. `console 3`: something was typed there. */
export type Ring = 'run' | `cancel ${number}` | `change ${number}` | `console ${number}`

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
    for (let isTold = false; this.#users > 0; ) {
      try {
        await this.#listenOnce(() => {
          isTold = false
        })
      } catch (error) {
        if (!isTold && this.#users > 0) onTrouble(error)
        isTold = true
        if (this.#users > 0) await this.#pause()
      }
    }
  }

  /** Until nobody wants to listen any more. Throws when the connection is lost. */
  async #listenOnce(onListening: () => void): Promise<void> {
    const { client } = this.#knex
    const connection = (await client.acquireConnection()) as pg.Client
    const hear = ({ payload }: pg.Notification) => this.#listeners.emit('ring', payload)
    let lost: (error?: Error) => void = () => undefined
    const over = new Promise<void>((resolve, reject) => {
      this.#stop = resolve
      lost = (error) => reject(error ?? new Error('the connection that listens has ended'))
    })
    // It may be lost before anybody waits.
    over.catch(() => undefined)
    connection.on('notification', hear).on('error', lost).on('end', lost)
    try {
      await connection.query(`listen ${CHANNEL}`)
      onListening()
      // Something may have been rung before.
      this.#listeners.emit('ring', 'run')
      if (this.#users > 0) await over
      await connection.query(`unlisten ${CHANNEL}`)
    } finally {
      connection.off('notification', hear).off('error', lost).off('end', lost)
      await client.releaseConnection(connection)
    }
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
