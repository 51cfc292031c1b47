// Many ask at once, on Postgres: nobody is given what another has, nothing is lost, and who comes too late is told who
// was first. `ROUNDS=200` plays as many.
import { userInfo } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, type Bot } from '../../src/bot/pipeline.ts'
import { answerJson } from '../../src/bot/render/answer.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import { readShippedDrivers } from '../../src/inventory/catalogue.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { enrolFirst } from '../../src/inventory/operators/operators.ts'
import { Program } from '../bot/terminal/program.ts'
import { createDatabase, databases, ENTRY } from '../inventory/open.ts'
import { writeScene } from '../inventory/scene.ts'
import { arena, commands, judge, type Told } from './contest.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 20)
const ASKERS = 50
// Each has a pool of eight connections: there are more connections than askers.
const INVENTORIES = 7
const PROCESSES = 6

const language = createLanguage(COMMANDS)
const rounds = Array.from({ length: ROUNDS }, (_, i) => `r${i + 1}`)
const servers = databases.filter((kind) => kind === 'postgres')

/** In another order each round. */
const shuffled = (texts: readonly string[], round: number): readonly string[] =>
  texts.map((_, i) => texts[(i * 37 + round * 13) % texts.length] ?? '')

describe.each(servers)('fifty at once, on %s', () => {
  let url = ''
  let drop = async () => {}
  const inventories: Inventory[] = []
  beforeAll(async () => {
    ;({ url, drop } = await createDatabase())
    const shipped = readShippedDrivers('drivers')
    for (let i = 0; i < INVENTORIES; i++) inventories.push(await Inventory.open({ kind: 'postgres', url }, shipped))
    const operators = Array.from({ length: ASKERS }, (_, i) => `os:op${i}`)
    const [first] = inventories
    if (!first) throw new Error('no inventory')
    await enrolFirst(
      first.database.knex,
      [...operators, `os:${userInfo().username}`].map((identity) => ({ identity, role: 'admin' })),
    )
    for (const round of [...rounds, 'r101']) await first.change(ENTRY, (change) => writeScene(change, arena(round)))
    await first.database.knex.raw('analyze')
  })
  afterAll(async () => {
    for (const inventory of inventories) await inventory.close()
    await drop()
  })

  /** Asks again where the write lock was not free in time, as the answer says. */
  async function ask(text: string, asker: number): Promise<Told> {
    const inventory = inventories[asker % INVENTORIES]
    if (!inventory) throw new Error('no inventory')
    const bot: Bot = { inventory, language, commands: COMMANDS }
    const author = `os:op${asker}`
    const none = () => Promise.reject(new Error('no files here'))
    for (let tries = 0; ; tries++) {
      const message = {
        text,
        author,
        chat: 'test',
        thread: '{}',
        channel: null,
        isConfirmed: true,
        limit: 100,
        readFile: none,
        writeFile: none,
      }
      const told = JSON.parse(answerJson(await answer(message, bot))) as Told
      if (told.error?.code !== 'write-busy' || tries === 5) return told
    }
  }

  it.each(rounds)('round %s: fifty connections', async (round) => {
    const told = await Promise.all(shuffled(commands(round), Number(round.slice(1))).map(ask))
    const [first] = inventories
    if (first) await judge(first, round, told)
  })

  it('a round of six processes', async () => {
    const program = await Program.build()
    const environment = { DATABASE_URL: url, CLUSTO_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') }
    const running = Array.from({ length: PROCESSES }, () =>
      program.start(['--json', '--keep-going', 'run', '-'], { environment }),
    )
    // All are there before any begins.
    for (const one of running) one.type('whoami\n')
    await Promise.all(running.map((one) => one.says('\n')))
    for (const [i, text] of commands('r101').entries()) running[i % PROCESSES]?.type(`${text}\n`)
    const ran = await Promise.all(running.map((one) => one.end()))
    const told = ran
      .flatMap(({ stdout }) =>
        stdout
          .split('\n')
          .filter((line) => line !== '')
          .slice(1),
      )
      .map((line) => JSON.parse(line) as Told)
    const [first] = inventories
    if (first) await judge(first, 'r101', told)
  })

  it('every change is one version, and what is kept holds together', async () => {
    const [first] = inventories
    const { rows } = (await first?.database.knex.raw<{ rows: object[] }>(
      'select count(*) = max(version) as whole, count(distinct at) = count(*) as ordered from versions',
    )) ?? { rows: [] }
    expect(rows).toEqual([{ whole: true, ordered: true }])
    expect(JSON.stringify(await ask('doctor', 1))).not.toContain('FAILED')
  })
})
