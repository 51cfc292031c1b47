// Plays cases against an inventory and says where the answers differ from what is expected.

import { JobEnds } from '../../src/bot/job-ends.ts'
import type { Answer } from '../../src/bot/message.ts'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { answerJson, answerText } from '../../src/bot/render/answer.ts'
import { seedDemo } from '../../src/commands/demo.ts'
import { CommandError } from '../../src/commands/error.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst, type Newcomer } from '../../src/inventory/operators/operators.ts'
import { TABLES } from '../../src/inventory/rows.ts'
import { readPublicId } from '../../src/jobs/public-id.ts'
import { TASKS } from '../../src/jobs/tasks.ts'
import { watch } from '../../src/jobs/watch.ts'
import { Worker } from '../../src/jobs/worker.ts'
import { linesMatch, type Step } from './read-cases.ts'

type Ask = Extract<Step, { tag: 'ask' }>

export const OPERATOR = 'os:test'
const EVERYTHING = [...TABLES, ...TABLES.map((table) => `${table}_past`), 'closure', 'versions', 'counters', 'aliases']
/** Another operator. */
export const COLLEAGUE = 'os:colleague'

/** Who asks, and whether with `--yes`. */
export interface Asker {
  readonly author?: string
  readonly isConfirmed?: boolean
}

// What has no versions.
const BESIDE = [
  'runs',
  'identities',
  'grants',
  'rules',
  'proposals',
  'decisions',
  'freezes',
  'runs',
  'run_steps',
  'run_events',
  'run_locks',
  'audit',
  'memberships',
  'link_codes',
  'schedules',
  'schedule_fires',
  'notices',
  'reviews',
  'bot_hosts',
  'schedule_clock',
]
const language = createLanguage(COMMANDS)
const WIDE = { width: 100, colour: false }

/** Who is an operator in an inventory, with which role. */
const PEOPLE: readonly Newcomer[] = [
  { identity: OPERATOR, role: 'admin' },
  { identity: COLLEAGUE, role: 'operator' },
]

export class Session {
  readonly #bot: Bot
  #worker: Worker | null = null
  readonly #files = new Map<string, string>()

  private constructor(inventory: Inventory) {
    this.#bot = { inventory, language, commands: COMMANDS }
  }

  /** Empties the inventory, and with `demo` fills it with the demo datacenter. */
  static async begin(inventory: Inventory, demo: boolean, people = PEOPLE): Promise<Session> {
    const { knex } = inventory.database
    await knex.raw(`truncate ${[...EVERYTHING, 'operators', ...BESIDE].join(', ')} restart identity cascade`)
    await enrolFirst(knex, people)
    if (demo) await seedDemo(inventory, OPERATOR)
    return new Session(inventory)
  }

  /** From now on jobs are done, and each is waited for. End it with `drain`. */
  async work(): Promise<void> {
    const { inventory } = this.#bot
    const onTrouble = (error: unknown) => {
      throw error
    }
    this.#worker = new Worker({ inventory, tasks: TASKS, onTrouble })
    await this.#worker.start()
  }

  async drain(): Promise<void> {
    await this.#worker?.drain(0)
  }

  /** A file that commands can read. */
  provide(name: string, content: string): void {
    this.#files.set(name, content)
  }

  /** One text for each step whose answer is not as expected. */
  async play(steps: readonly Step[], file: string): Promise<string[]> {
    const failures: string[] = []
    for (const step of steps) {
      const failure = await this.#step(step)
      if (failure !== null) failures.push(`${file}:${step.line}: ${failure}`)
    }
    return failures
  }

  /** What `doctor` finds wrong with the inventory. */
  async trouble(): Promise<string[]> {
    const answered = await this.ask('doctor')
    const text = answerText(answered, WIDE)
    return answered.tag === 'done' ? text.split('\n').filter((line) => line.includes('FAILED')) : [text]
  }

  /** A file that comes as an answer can be read by later commands. */
  async ask(text: string, as: Asker = {}): Promise<Answer> {
    const answered = await this.#answer(text, as)
    if (answered.tag === 'done' && answered.reply.kind === 'file')
      this.#files.set(answered.reply.path, new TextDecoder().decode(answered.reply.content))
    if (this.#worker !== null && answered.tag === 'done' && answered.reply.kind === 'job')
      await this.#settled(answered.reply.id)
    return answered
  }

  async #settled(job: string): Promise<void> {
    const { knex } = this.#bot.inventory.database
    for await (const _ of watch(knex, readPublicId(job) ?? 0, { signal: AbortSignal.timeout(20_000) }));
    const onTrouble = (error: unknown) => {
      throw error
    }
    await new JobEnds({ knex, onTrouble }).turn()
  }

  #answer(text: string, { author = OPERATOR, isConfirmed = true }: Asker): Promise<Answer> {
    return answer(
      {
        text,
        author,
        chat: 'test',
        thread: '{}',
        channel: null,
        isConfirmed,
        limit: 10_000,
        readFile: async (name) => {
          const content = this.#files.get(name)
          if (content === undefined) throw new CommandError('file-not-found', { file: name, reason: 'no such file' })
          return new TextEncoder().encode(content)
        },
        writeFile: async (name, content) => {
          this.#files.set(name, new TextDecoder().decode(content))
          return name
        },
      },
      this.#bot,
    )
  }

  async #step(step: Step): Promise<string | null> {
    switch (step.tag) {
      case 'file':
        this.provide(step.name, step.content)
        return null
      case 'clock':
        await this.#setClock(step)
        return null
      case 'do': {
        const answered = await this.ask(step.command, asker(step))
        return answered.tag === 'done' ? null : `${step.command}\n${answerText(answered, WIDE)}`
      }
      case 'ask': {
        const before = await this.#fingerprint()
        const answered = await this.ask(step.command, asker(step))
        const difference = differs(step, answered)
        if (difference !== null) return `${step.command}\nexpected ${difference}, and the answer is\n${shown(answered)}`
        if (answered.tag === 'refused' && (await this.#fingerprint()) !== before)
          return `${step.command}\nwas refused, and changed the inventory`
        return null
      }
    }
  }

  async #setClock({ version, at }: Extract<Step, { tag: 'clock' }>): Promise<void> {
    const time = 'iso' in at ? new Date(at.iso) : new Date(Date.now() - secondsOf(at.ago) * 1000)
    await this.#bot.inventory.database.knex.raw('update versions set at = ? where version = ?', [
      time.toISOString(),
      version,
    ])
  }

  /** The same as long as nothing is changed. */
  async #fingerprint(): Promise<string> {
    const sums = EVERYTHING.map((table) => `(select md5(string_agg(t::text, ' ' order by t::text)) from ${table} t)`)
    const { rows } = await this.#bot.inventory.database.knex.raw<{ rows: { sum: string }[] }>(
      `select concat_ws(' ', ${sums.join(', ')}) as sum`,
    )
    return rows[0]?.sum ?? ''
  }
}

const asker = ({ author }: { readonly author?: string }): Asker => (author === undefined ? {} : { author })

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const secondsOf = (age: string): number => Number.parseInt(age, 10) * (SECONDS[age.slice(-1)] ?? Number.NaN)

/** What was expected and is not so; null where all is. */
function differs({ things, refusal, suggestions, text }: Ask, answered: Answer): string | null {
  if (refusal !== null && refusal !== 'maybe') {
    if (answered.tag !== 'refused') return `a refusal ${refusal.code}`
    const { error } = JSON.parse(answerJson(answered)) as {
      error: { code: string; position: number | null; suggestions: string[] }
    }
    if (error.code !== refusal.code) return `${refusal.code} and not ${error.code}`
    if (error.position !== refusal.position) return `position ${refusal.position} and not ${error.position}`
    if (suggestions && !same(suggestions, error.suggestions))
      return `suggestions ${suggestions.join(' ')} and not ${error.suggestions.join(' ')}`
  } else if (answered.tag === 'refused' && refusal === null) return 'an answer'
  else if (things) {
    if (answered.tag === 'refused' || answered.reply.kind !== 'things') return 'things'
    const found = answered.reply.things.map(({ name }) => name)
    if (!same(things, found)) return `${things.join(' ') || 'nothing'} and not ${found.join(' ') || 'nothing'}`
    if (text === null && (answered.reply.warnings ?? []).length > 0) return 'no warning'
  } else if (text === null) return 'something: the case says no answer'
  return text === null || textMatches(text, answered) ? null : `other words:\n${text.join('\n')}`
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n')

const VERSION_LINE = /^version \d+; `undo \d+` takes it back$/

function textMatches(expected: readonly string[], answered: Answer): boolean {
  const lines = answerText(answered, WIDE).split('\n')
  if (linesMatch(expected, lines)) return true
  return VERSION_LINE.test(lines.at(-1) ?? '') && linesMatch(expected, lines.slice(0, -1))
}

function shown(answered: Answer): string {
  const text = answerText(answered, WIDE)
  return answered.tag === 'done' ? text : `${answered.refusal.code}\n${text}`
}
