// A desk at which a test types commands and keeps files, with an inventory of its own.
import type { Answer } from '../../../src/bot/message.ts'
import { answer } from '../../../src/bot/pipeline.ts'
import { answerText } from '../../../src/bot/render/answer.ts'
import { CommandError } from '../../../src/commands/error.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import type { Reply } from '../../../src/commands/reply.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import type { Inventory } from '../../../src/inventory/inventory.ts'
import { enrolFirst } from '../../../src/inventory/operators/operators.ts'
import { TABLES } from '../../../src/inventory/rows.ts'
import { closeInventory, type DatabaseKind, openInventory } from '../open.ts'

const language = createLanguage(COMMANDS)
const OPERATOR = 'os:test'

export class Desk {
  readonly inventory: Inventory
  readonly #files = new Map<string, Uint8Array>()

  private constructor(inventory: Inventory) {
    this.inventory = inventory
  }

  static async open(kind: DatabaseKind = 'embedded'): Promise<Desk> {
    const inventory = await openInventory(kind)
    await enrolFirst(inventory.database.knex, [{ identity: OPERATOR, role: 'admin' }])
    return new Desk(inventory)
  }

  /** Forgets everything that was written. */
  async empty(): Promise<void> {
    const tables = [...TABLES, ...TABLES.map((table) => `${table}_past`), 'closure', 'versions', 'counters']
    await this.inventory.database.knex.raw(`truncate ${tables.join(', ')}`)
  }

  close(): Promise<void> {
    return closeInventory(this.inventory)
  }

  file(name: string, content: string | Uint8Array): void {
    this.#files.set(name, typeof content === 'string' ? new TextEncoder().encode(content) : content)
  }

  ask(text: string): Promise<Answer> {
    return answer(
      {
        text,
        author: OPERATOR,
        chat: 'test',
        thread: '{}',
        channel: null,
        isConfirmed: true,
        limit: 10_000,
        readFile: (name) => {
          const content = this.#files.get(name)
          return content
            ? Promise.resolve(content)
            : Promise.reject(new CommandError('file-not-found', { file: name, reason: 'it is not there' }))
        },
        writeFile: (name, content) => {
          this.#files.set(name, content)
          return Promise.resolve(name)
        },
      },
      { inventory: this.inventory, language, commands: COMMANDS },
    )
  }

  /** The reply of a command that must work. */
  async done<K extends Reply['kind']>(text: string, kind: K): Promise<Extract<Reply, { kind: K }>> {
    const answered = await this.ask(text)
    if (answered.tag !== 'done') throw new Error(`${text}: ${JSON.stringify(answered.refusal)}`)
    if (answered.reply.kind !== kind) throw new Error(`${text}: answers ${answered.reply.kind}`)
    return answered.reply as Extract<Reply, { kind: K }>
  }

  /** The version that a command made; null where it changed nothing. */
  async version(text: string): Promise<number | null> {
    const answered = await this.ask(text)
    if (answered.tag !== 'done') throw new Error(`${text}: ${JSON.stringify(answered.refusal)}`)
    return answered.version
  }

  /** What is said about a command that must be refused. */
  async refusal(text: string): Promise<string> {
    const answered = await this.ask(text)
    if (answered.tag !== 'refused') throw new Error(`${text}: is not refused`)
    return answerText(answered, { width: 200, colour: false })
  }

  async found(query: string): Promise<string[]> {
    return (await this.done(`find ${query}`, 'things')).things.map(({ name }) => name)
  }

  /** The text of the file that a command answers with. */
  async exported(text: string): Promise<string> {
    return new TextDecoder().decode((await this.done(text, 'file')).content)
  }

  async rows<T>(sql: string): Promise<T[]> {
    const { rows } = await this.inventory.database.knex.raw<{ rows: T[] }>(sql)
    return rows
  }
}
