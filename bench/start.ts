// How long somebody at the terminal waits for the first answer, from the start of the process: ours, against Hubot with its
// shell adapter and the opening of a bare embedded database. All are processes of their own, in turns.
import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Figures, figures } from './measure.ts'
import { print } from './table.ts'

const ROUNDS = 15
const WARM = 2
const LIMIT = 60_000

const here = dirname(fileURLToPath(import.meta.url))
const PROGRAM = resolve('dist', 'main.js')
const BARE = join(here, 'bare.js')
const HUBOT = join(dirname(createRequire(import.meta.url).resolve('hubot/package.json')), 'bin', 'Hubot.mjs')

const SCRIPT = "export default (robot) => robot.respond(/ping$/i, (response) => response.send('PONG'))\n"

/** Prints the table. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'clusto-bench-'))
  try {
    const data = join(folder, 'data')
    await answerOf([PROGRAM, '--demo', '--data', data, 'locate', 'server1'], folder, 'rack101')
    const bare = join(folder, 'bare')
    await cp(join(data, 'db'), bare, { recursive: true })
    await mkdir(join(folder, 'scripts'))
    await writeFile(join(folder, 'scripts', 'ping.mjs'), SCRIPT)
    const ways = [
      () => answerOf([PROGRAM, '--demo', '--data', data, 'locate', 'server1'], folder, 'rack101'),
      () => answerOf([HUBOT, '--disable-httpd', '--name', 'hubot'], folder, 'PONG', 'hubot> ', 'ping\n'),
      async () => Number(await outputOf([BARE, bare], folder)),
    ]
    const times = ways.map((): number[] => [])
    for (let round = -WARM; round < ROUNDS; round++)
      for (const [at, way] of ways.entries()) {
        const time = await way()
        if (round >= 0) times[at]?.push(time)
      }
    show(times.map(figures))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function show([ours, hubot, bare]: readonly Figures[]): void {
  if (!ours || !hubot || !bare) throw new Error('no figures')
  const bar = hubot.median + bare.median
  const ms = (time: number) => time.toFixed(0)
  console.log(`from the start of the process to its first answer, ${ours.runs} rounds in turns`)
  print(
    ['', 'ms', 'p95', 'of the bar', ''],
    [
      [
        'ours: clusto locate server1',
        ms(ours.median),
        ms(ours.p95),
        (ours.median / bar).toFixed(2),
        ours.median <= bar ? 'pass' : 'MISS',
      ],
      ['Hubot, shell adapter: ping', ms(hubot.median), ms(hubot.p95), '', ''],
      ['a bare embedded database, opened and asked', ms(bare.median), ms(bare.p95), '', ''],
      ['the bar: Hubot and the bare database', ms(bar), '', '1.00', ''],
    ],
    [0, 4],
  )
}

/** Milliseconds from the start of a process until it has printed a text; `line` is typed when it prints its prompt. */
async function answerOf(
  words: readonly string[],
  folder: string,
  text: string,
  prompt: string | null = null,
  line = '',
): Promise<number> {
  const begin = performance.now()
  const child = start(words, folder)
  let said = ''
  let isAsked = prompt === null
  const time = await new Promise<number>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      said += piece
      if (!isAsked && prompt !== null && said.includes(prompt)) {
        isAsked = true
        child.stdin?.write(line)
      }
      if (isAsked && said.includes(text)) resolve(performance.now() - begin)
    })
    child.once('close', () => reject(new Error(`${words.join(' ')} has not said ${text}: ${said}`)))
  })
  child.stdin?.end(prompt === null ? '' : 'exit\n')
  await ended(child)
  return time
}

async function outputOf(words: readonly string[], folder: string): Promise<string> {
  const child = start(words, folder)
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    said += piece
  })
  child.stdin?.end()
  await ended(child)
  return said
}

function start(words: readonly string[], cwd: string): ChildProcess {
  const child = spawn(process.execPath, words, {
    ...{ cwd, stdio: ['pipe', 'pipe', 'inherit'], timeout: LIMIT },
    // It prompts after each line of its log, and is to do so when its scripts are loaded only.
    env: { ...process.env, HUBOT_LOG_LEVEL: 'fatal' },
  })
  child.stdin?.on('error', () => undefined)
  return child
}

export const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('close', () => resolve())
  })
