// What Prometheus asks for: what was counted in this process, how its chats are, and what waits in the database. Names of
// things, people and commands are not in it.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { RUN_STATES } from '../../jobs/run.ts'
import type { Answer } from '../message.ts'
import type { Tally } from '../tally.ts'
import type { Figures } from './figures.ts'
import type { Health } from './health.ts'
import type { Seen } from './probe.ts'

// Seconds; a chat waits for three.
const ACK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3]

export class Metrics implements Tally {
  readonly #registry = new Registry()
  readonly #uptime = this.#gauge('clusto_uptime_seconds', 'How long this process has run.')
  readonly #commands = this.#counter('clusto_commands_total', 'Commands answered, by outcome.', ['outcome'])
  readonly #acks: Histogram<'chat'>
  readonly #hearing = this.#gauge('clusto_chat_hearing', 'Whether events of the chat are heard (1) or not (0).', [
    'chat',
  ])
  readonly #database = this.#gauge('clusto_database_up', 'Whether the database answers (1) or not (0).')
  readonly #inbox = this.#gauge('clusto_inbox_waiting', 'Messages that were taken and not answered yet.')
  readonly #inboxAge = this.#gauge('clusto_inbox_oldest_seconds', 'How long the first of them has waited.')
  readonly #outbox = this.#gauge('clusto_outbox_waiting', 'Messages that are to be sent or edited, by chat.', ['chat'])
  readonly #outboxAge = this.#gauge('clusto_outbox_oldest_seconds', 'How long the first of them has waited.', ['chat'])
  readonly #lost = this.#gauge(
    'clusto_outbox_lost',
    'Messages of the last 30 days that could not be sent at all, by chat.',
    ['chat'],
  )
  readonly #jobs = this.#gauge(
    'clusto_jobs',
    'Jobs, by state; of those that have ended, how many of the newest 1000.',
    ['state'],
  )
  readonly #workers = this.#gauge('clusto_workers', 'Workers that are alive.')

  constructor(version: string) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#gauge('clusto_info', 'Always 1; the version is a label.', ['version']).set({ version }, 1)
    this.#acks = new Histogram({
      ...{ name: 'clusto_ack_seconds', help: 'From the arrival of an event to its acknowledgement.' },
      ...{ labelNames: ['chat'] as const, buckets: ACK_BUCKETS, registers },
    })
    for (const outcome of OUTCOMES) this.#commands.inc({ outcome }, 0)
  }

  answered(answer: Answer): void {
    this.#commands.inc({ outcome: outcomeOf(answer) })
  }

  acknowledged(chat: string, seconds: number): void {
    this.#acks.observe({ chat }, seconds)
  }

  /** In Prometheus' text format. What the database does not tell is left out. */
  text(healths: readonly Health[], seen: Seen<Figures>): Promise<string> {
    this.#uptime.set(process.uptime())
    for (const health of healths) this.#hearing.set({ chat: health.name }, health.isWell() ? 1 : 0)
    this.#database.set(seen.tag === 'answered' ? 1 : 0)
    for (const gauge of [this.#inbox, this.#inboxAge, this.#workers]) gauge.remove()
    for (const gauge of [this.#outbox, this.#outboxAge, this.#lost, this.#jobs]) gauge.reset()
    for (const { name: chat } of healths) if (seen.tag === 'answered') this.#lost.set({ chat }, 0)
    if (seen.tag === 'answered') this.#set(seen.answer)
    return this.#registry.metrics()
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  #set({ inbox, outbox, lost, jobs, workers }: Figures): void {
    this.#inbox.set(inbox.count)
    this.#inboxAge.set(inbox.oldest ?? 0)
    for (const [chat, { count, oldest }] of Object.entries(outbox)) {
      this.#outbox.set({ chat }, count)
      this.#outboxAge.set({ chat }, oldest ?? 0)
    }
    for (const [chat, count] of Object.entries(lost)) this.#lost.set({ chat }, count)
    for (const state of RUN_STATES) this.#jobs.set({ state }, jobs[state] ?? 0)
    this.#workers.set(workers)
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] })
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] })
  }
}

const OUTCOMES = ['done', 'refused', 'not-understood', 'bug'] as const

function outcomeOf(answer: Answer): (typeof OUTCOMES)[number] {
  if (answer.tag === 'done') return 'done'
  const { refusal } = answer
  if (refusal.source === 'parse') return 'not-understood'
  return refusal.source === 'bot' && refusal.code === 'internal' ? 'bug' : 'refused'
}
