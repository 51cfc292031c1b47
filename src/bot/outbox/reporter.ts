// Tells in their threads how jobs are getting on: one message a job, edited as it goes, and a new short one at its end. What
// has been said is in the outbox, so that another process, or this one after a crash, goes on with the same messages.
import type { Knex } from 'knex'
import { jobReply } from '../../commands/job-reply.ts'
import { Bell } from '../../jobs/bell.ts'
import { eventsOf, type RunWithSteps, runWithSteps } from '../../jobs/read.ts'
import { isSettled } from '../../jobs/run.ts'
import { jobEndPost, jobPost } from '../render/posts/job-post.ts'
import { keep } from './keep.ts'
import { PRIORITY, type Saying, say } from './outbox.ts'
import type { Draft } from './post.ts'

export interface ReporterOptions {
  readonly knex: Knex
  /** The chats that this bot speaks in: jobs of others are not told. */
  readonly chats: readonly string[]
  readonly onTrouble: (error: unknown) => void
}

// In milliseconds: how often a job is looked at while it changes, and how often for what no bell has told of.
const EVERY = 1000
const MOST = 500

export class Reporter {
  readonly #options: ReporterOptions
  readonly #changed = new Set<number>()
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()
  #deafen: () => void = () => undefined
  #isTold = false

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  start(): void {
    this.#deafen = Bell.of(this.#options.knex).on((ring) => {
      const id = /^change (\d+)$/.exec(ring)?.[1]
      if (id !== undefined) this.#changed.add(Number(id))
    })
    this.#timer = setInterval(() => {
      this.#turn = this.#turn.then(() => this.turn())
    }, EVERY)
    this.#turn = this.turn()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#deafen()
    await this.#turn
    await this.turn()
  }

  /** Says what is new about the jobs that have changed, and about those that nobody has told the end of. Never throws. */
  async turn(): Promise<void> {
    const { knex, chats, onTrouble } = this.#options
    const changed = [...this.#changed]
    this.#changed.clear()
    try {
      const { rows } = await knex.raw<{ rows: { id: number }[] }>(
        `select r.id from runs r where r.message ->> 'chat' = any(?::text[])
           and (r.id = any(?::bigint[]) or not exists (
             select from outbox o where o.chat = r.message ->> 'chat' and o.key = 'job ' || r.id || ' end'))
         order by r.id limit ${MOST}`,
        [[...chats], changed],
      )
      for (const { id } of rows) {
        const found = await runWithSteps(knex, id)
        if (found) await say(knex, await sayingsOf(knex, found))
      }
      this.#isTold = false
    } catch (error) {
      for (const id of changed) this.#changed.add(id)
      if (!this.#isTold) onTrouble(error)
      this.#isTold = true
    }
  }
}

/** What a job's messages should show now. */
async function sayingsOf(knex: Knex, found: RunWithSteps): Promise<Saying[]> {
  const { run } = found
  const { chat, thread } = run.message as { readonly chat: string; readonly thread: string }
  const events = await eventsOf(knex, run.id, 0, 10_000)
  const job = jobReply(
    found,
    events.findLast(({ kind }) => kind === 'progress'),
  )
  const isOver = isSettled(run.state)
  const said = async (key: string, priority: number, draft: Draft): Promise<Saying> => ({
    ...{ chat, thread, key, priority },
    post: await keep(knex, { chat, key, answers: null }, draft),
  })
  const card = await said(`job ${run.id}`, isOver ? PRIORITY.answer : PRIORITY.progress, jobPost(job))
  if (!isOver) return [card]
  return [card, await said(`job ${run.id} end`, PRIORITY.result, jobEndPost(job, run.operator))]
}
