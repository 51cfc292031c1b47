// What a worker writes about a run that it holds. Every statement checks the fence: where another worker has taken the
// run over nothing is written, and Fenced is thrown. Each can be sent again after its answer was lost.
import type { Knex } from 'knex'
import { Bell, CHANNEL } from './bell.ts'
import type { Faults, Write } from './fault.ts'
import type { EventKind, Reason, RunState, StepState } from './run.ts'
import { ask, jsonText, plainText } from './statement.ts'
import type { Json } from './task.ts'

/** Another worker has taken the run over, or it has ended. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
}

export interface Note {
  readonly kind: EventKind
  readonly step: string | null
  readonly percent?: number | null
  readonly text?: string | null
  readonly facts?: Json
}

export interface Ending {
  readonly position: number
  readonly step: StepState
  readonly error: string | null
  readonly run: RunState
  readonly reason: Reason
}

export class Ledger {
  readonly #knex: Knex
  readonly #id: number
  readonly #fence: number
  readonly #faults: Faults
  readonly #targets: boolean

  constructor(
    knex: Knex,
    run: { readonly id: number; readonly fence: number; readonly targets: readonly number[] },
    faults: Faults,
  ) {
    this.#knex = knex
    this.#id = run.id
    this.#fence = run.fence
    this.#targets = run.targets.length > 0
    this.#faults = faults
  }

  /** Records that a step is being done. Answers with who has asked to cancel: then it is not begun. */
  begin(position: number): Promise<string | null> {
    return this.#write('begin', [BEGIN], [position])
  }

  /** Records a step as done, and the next one as begun where nobody has asked to cancel. */
  finish(position: number, output: Json | undefined, next: number): Promise<string | null> {
    return this.#write('finish', [DONE, BEGIN], [position, jsonText(output), next])
  }

  /** Records the last step, and with it the run, as done. */
  end(position: number, output: Json | undefined): Promise<string | null> {
    return this.#write('end', [DONE, END, UNLOCK], [position, jsonText(output), 'done', null])
  }

  /** Records a step as done whose run is to be cancelled. */
  done(position: number, output: Json | undefined): Promise<string | null> {
    return this.#write('finish', [DONE], [position, jsonText(output)])
  }

  /** As `done`, inside the change that is the step's work. */
  complete(transaction: Knex, position: number, output: Json | undefined): Promise<string | null> {
    return this.#write('complete', [DONE], [position, jsonText(output)], transaction)
  }

  /** Throws Fenced unless the run is ours, and keeps it so until the transaction ends. */
  async hold(transaction: Knex): Promise<void> {
    await this.#send('hold', [HOLD], [], transaction)
  }

  /** Ends the run with a step that has failed or was stopped; what was not begun is skipped. */
  fail({ position, step, error, run, reason }: Ending): Promise<string | null> {
    const why = reason.code === 'cancelled' ? 'stop' : 'fail'
    return this.#write(why, [STEP, SKIP, END, UNLOCK], [position, step, error, position, run, jsonText({ ...reason })])
  }

  /** Ends the run before its next step; what was not begun, or begun by nobody, is skipped. */
  stop(run: RunState, reason: Reason): Promise<string | null> {
    return this.#write('stop', [SKIP, END, UNLOCK], [-1, run, jsonText({ ...reason })])
  }

  /** The outcome of a step is not known: the run stands, with what it locks, until somebody says what happened. */
  unknown(position: number, error: string | null, reason: Reason): Promise<string | null> {
    return this.#write('unknown', [STEP, END], [position, 'unknown', error, 'unknown', jsonText({ ...reason })])
  }

  /** Puts the run down until `delayMs` have passed; then the step is done again, by whoever comes. */
  retryLater(position: number, error: string, delayMs: number, note: Note): Promise<string | null> {
    return this.#write('retry', [LATER, REST, NOTE], [position, error, delayMs, delayMs, ...noted(note)])
  }

  /** Gives the run back. `position` is a step that shall be begun again without being an attempt. */
  release(position: number | null, note: Note): Promise<string | null> {
    return this.#write('release', [AGAIN, REST, NOTE], [position ?? -1, 0, ...noted(note)])
  }

  note(write: 'progress' | 'probed', notes: readonly Note[]): Promise<string | null> {
    const rows = notes.map(({ kind, step, percent = null, text = null, facts = null }) => ({
      kind,
      step,
      percent,
      text: text === null ? null : plainText(text),
      facts,
    }))
    return this.#write(write, [NOTES], [jsonText(rows)])
  }

  async #write(
    write: Write,
    parts: readonly Part[],
    bindings: readonly Knex.RawBinding[],
    knex = this.#knex,
  ): Promise<string | null> {
    this.#faults(`before ${write}`)
    const cancelBy = await this.#send(write, parts, bindings, knex)
    this.#faults(`after ${write}`)
    const frees = parts.includes(UNLOCK) && this.#targets
    Bell.of(knex).ring(knex, `change ${this.#id}`, ...(frees || parts.includes(REST) ? (['run'] as const) : []))
    return cancelBy
  }

  async #send(name: string, parts: readonly Part[], bindings: readonly Knex.RawBinding[], knex: Knex) {
    const frees = parts.includes(REST) || (parts.includes(UNLOCK) && this.#targets)
    const [mine] = await ask<{ cancel_by: string | null }>(
      knex,
      `${name} ${parts.length} ${frees}`,
      `with mine as materialized (
         select id, fence, cancel_by from runs where id = ? and fence = ? and state = 'running' for update)
       ${parts.map((part) => `, ${part}`).join(' ')}
       select cancel_by${parts.length > 0 ? `, pg_notify('${CHANNEL}', 'change ' || id)` : ''}
         ${frees ? `, pg_notify('${CHANNEL}', 'run')` : ''} from mine`,
      [this.#id, this.#fence, ...bindings],
    )
    if (!mine) throw new Fenced(`run ${this.#id} is not ours any more`)
    return mine.cancel_by
  }
}

function noted({ kind, step, text = null, facts = null }: Note): Knex.RawBinding[] {
  return [kind, step, text === null ? null : plainText(text), facts === null ? null : jsonText(facts)]
}

type Part = string

// Parts of a statement; each finds the run in `mine`, and nothing to do where that is empty.

// A heartbeat leaves out a run whose row is held, so this is one.
const HOLD: Part = `held as (update runs r set beats = r.beats + 1 from mine where r.id = mine.id)`

const BEGIN: Part = `begun as (update run_steps s set state = 'running', attempt = s.attempt + 1, fence = mine.fence,
    started_at = clock_timestamp(), ended_at = null, error = null, retry_at = null
  from mine where s.run_id = mine.id and s.position = ? and mine.cancel_by is null
    and (s.state <> 'running' or s.fence <> mine.fence))`

const DONE: Part = `finished as (update run_steps s
    set state = 'done', ended_at = clock_timestamp(), output = finishing.output::jsonb, error = null
  from mine, (values (?::integer, ?::text)) as finishing(position, output)
  where s.run_id = mine.id and s.position = finishing.position)`

const STEP: Part = `stopped as (update run_steps s set state = closing.state, ended_at = clock_timestamp(), error = closing.error
  from mine, (values (?::integer, ?::text, ?::text)) as closing(position, state, error)
  where s.run_id = mine.id and s.position = closing.position)`

const SKIP: Part = `skipped as (update run_steps s set state = 'skipped' from mine
  where s.run_id = mine.id and s.position > ?::integer and s.state in ('pending', 'running'))`

const END: Part = `ended as (update runs r set state = closing_run.state, reason = closing_run.reason::jsonb,
    ended_at = clock_timestamp(), lease_by = null, lease_until = null, wake_at = null
  from mine, (values (?::text, ?::text)) as closing_run(state, reason) where r.id = mine.id)`

const UNLOCK: Part = `unlocked as (delete from run_locks l using mine where l.run_id = mine.id)`

const LATER: Part = `later as (update run_steps s set state = 'pending', ended_at = clock_timestamp(), error = waiting.error,
    retry_at = clock_timestamp() + waiting.delay * interval '1 millisecond'
  from mine, (values (?::integer, ?::text, ?::double precision)) as waiting(position, error, delay)
  where s.run_id = mine.id and s.position = waiting.position)`

const AGAIN: Part = `again as (update run_steps s set state = 'pending', attempt = s.attempt - 1 from mine
  where s.run_id = mine.id and s.position = ?::integer and s.state = 'running')`

const REST: Part = `rested as (update runs r set lease_by = null, lease_until = null,
    wake_at = clock_timestamp() + ?::double precision * interval '1 millisecond'
  from mine where r.id = mine.id)`

const NOTE: Part = `noted as (insert into run_events (run_id, kind, step, text, facts)
  select mine.id, fresh.kind, fresh.step, fresh.text, fresh.facts::jsonb
  from mine, (values (?::text, ?::text, ?::text, ?::text)) as fresh(kind, step, text, facts))`

const NOTES: Part = `noted as (insert into run_events (run_id, kind, step, percent, text, facts)
  select mine.id, fresh.kind, fresh.step, fresh.percent, fresh.text, fresh.facts
  from mine, jsonb_to_recordset(?::jsonb) as fresh(kind text, step text, percent real, text text, facts jsonb))`
