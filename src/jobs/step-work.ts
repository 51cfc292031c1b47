// What a step is given to do its work with, and whether a change that it has made has recorded it as done.
import type { Change } from '../inventory/change.ts'
import { DatabaseError } from '../inventory/database/error.ts'
import type { Changed, Entry } from '../inventory/inventory.ts'
import type { Held } from './held.ts'
import { publicId } from './public-id.ts'
import { ask } from './statement.ts'
import type { Json, StepContext } from './task.ts'

interface Completed {
  readonly output: Json
}

export class StepWork {
  readonly #held: Held
  readonly #position: number
  /** `perhaps`: the answer to its commit was lost. */
  #completed: Completed | 'perhaps' | null = null

  constructor(held: Held, position: number) {
    this.#held = held
    this.#position = position
  }

  context(): StepContext {
    const { run, crew, progress, outputs, attempts } = this.#held
    const { id, operator, command, because } = run
    const { name } = this.#held.step(this.#position)
    const message = run.message === null ? null : JSON.stringify(run.message)
    return {
      run: { id, operator, command },
      input: run.input,
      outputs,
      attempt: attempts[this.#position] ?? 1,
      inventory: crew.inventory,
      entry: { operator, command, because, message, job: publicId(id) },
      now: crew.now,
      progress: (percent, text) => progress.tell(name, percent, text),
      change: (entry, work, options) => this.#change(entry, work, options?.completes ?? false),
    }
  }

  async #change<T>(entry: Entry, work: (change: Change) => Promise<T>, completes: boolean): Promise<Changed<T>> {
    const { crew, ledger } = this.#held
    try {
      const changed = await crew.inventory.change(entry, async (change) => {
        await ledger.hold(change.knex)
        const result = await work(change)
        if (completes) await ledger.complete(change.knex, this.#position, result as Json)
        return result
      })
      // Without a version nothing was committed, nor was the step.
      if (completes && changed.version === null)
        await this.#held.write(() => ledger.done(this.#position, changed.result as Json))
      if (completes) this.#completed = { output: (changed.result as Json | undefined) ?? null }
      return changed
    } catch (error) {
      if (completes && error instanceof DatabaseError && error.code === 'outcome-unknown') this.#completed = 'perhaps'
      throw error
    }
  }

  /** What a change with `completes` has recorded; null where there was none. */
  async completed(): Promise<Completed | null> {
    if (this.#completed !== 'perhaps') return this.#completed
    const { run, crew } = this.#held
    const [step] = await this.#held.write(() =>
      ask<Completed>(
        crew.inventory.database.knex,
        'completed',
        `select output from run_steps where run_id = ? and position = ? and state = 'done' and fence = ?`,
        [run.id, this.#position, run.fence],
      ),
    )
    return step ?? null
  }
}
