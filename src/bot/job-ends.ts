// Writes into the audit what has become of each job, once: whichever process sees that it has ended, also after a crash
// between the end and the record.
import type { Knex } from 'knex'
import { type EndedJob, recordJobEnd } from '../inventory/operators/job-end.ts'
import { Bell } from '../jobs/bell.ts'
import { publicId } from '../jobs/public-id.ts'
import type { RunRow } from '../jobs/run.ts'

export interface JobEndsOptions {
  readonly knex: Knex
  /** Told once an outage. */
  readonly onTrouble: (error: unknown) => void
}

// In milliseconds: how often it is looked after a ring, and how often without one.
const SOON = 1000
const ANYWAY = 15_000
const MOST = 500

export class JobEnds {
  readonly #options: JobEndsOptions
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()
  #deafen: () => void = () => undefined
  #isRung = false
  #lookedAt = 0
  #isTold = false

  constructor(options: JobEndsOptions) {
    this.#options = options
  }

  start(): void {
    this.#deafen = Bell.of(this.#options.knex).on((ring) => {
      this.#isRung ||= ring.startsWith('change ')
    })
    this.#timer = setInterval(() => {
      if (this.#isRung || Date.now() - this.#lookedAt >= ANYWAY) this.#next()
    }, SOON)
    this.#next()
  }

  /** Looks a last time. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#deafen()
    await this.#next()
  }

  #next(): Promise<void> {
    this.#isRung = false
    this.#lookedAt = Date.now()
    this.#turn = this.#turn.then(() => this.turn())
    return this.#turn
  }

  /** Records the ends that the audit does not tell of yet. Never throws. */
  async turn(): Promise<void> {
    const { knex, onTrouble } = this.#options
    try {
      for (;;) {
        const { rows } = await knex.raw<{ rows: { id: number }[] }>(
          `select id from runs where ${UNAUDITED} order by id limit ${MOST}`,
        )
        for (const { id } of rows) await recordEnd(knex, id)
        if (rows.length < MOST) break
      }
      this.#isTold = false
    } catch (error) {
      this.#isRung = true
      if (!this.#isTold) onTrouble(error)
      this.#isTold = true
    }
  }
}

// As the index runs_unaudited has it.
const UNAUDITED = `state not in ('queued', 'running') and audited is distinct from state`

/** The row and the mark that it is there are one transaction: another process that comes at the same time finds neither. */
function recordEnd(knex: Knex, id: number): Promise<void> {
  return knex.transaction(async (transaction) => {
    const { rows } = await transaction.raw<{ rows: (RunRow & Pick<EndedJob, 'state'>)[] }>(
      `update runs set audited = state where id = ? and ${UNAUDITED} returning *`,
      [id],
    )
    for (const { id: number, ...run } of rows) await recordJobEnd(transaction, { ...run, job: publicId(number) })
  })
}
