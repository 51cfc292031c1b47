// The adapter of the terminal: one command, a script, or the prompt.
import { COMMANDS } from '../../commands/registry.ts'
import { createLanguage } from '../../grammar/language.ts'
import type { Config } from '../config.ts'
import { demoIdentity } from '../demo.ts'
import { BotError } from '../error.ts'
import { Desk } from './desk.ts'
import type { Options } from './options.ts'
import { Output, type Status, statusOf } from './output.ts'
import { runScript } from './script.ts'
import { joinWords } from './words.ts'
import { write } from './write.ts'

// The parts of clusto that are asked for by a first word and are not commands of the language.
const NOT_BUILT: ReadonlySet<string> = new Set(['serve', 'worker'])

/** Answers what the options ask for; the status is the process's. Throws BotError for options that do not fit. */
export async function runTerminal(options: Options, config: Config): Promise<Status> {
  if (options.as !== null && !options.demo) throw new BotError('as-outside-demo', {})
  if (options.demo) demoIdentity(options.as)
  const [first] = options.words
  if (first !== undefined && options.words.length === 1 && NOT_BUILT.has(first))
    throw new BotError('not-built', { what: `clusto ${first}` })
  const desk = new Desk(config, options.as, {
    language: createLanguage(COMMANDS),
    commands: COMMANDS,
    // Their content goes to standard output else.
    keepsFiles: options.json || process.stdout.isTTY === true,
    isConfirmed: options.yes,
  })
  const output = new Output(options.json, config)
  const stop = () => void desk.close().finally(() => process.exit(1))
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, stop)
  const hint = setTimeout(() => void note('preparing the database…'), PATIENCE)
  hint.unref()
  try {
    return await answerAll(options, config, desk, output, () => clearTimeout(hint))
  } finally {
    clearTimeout(hint)
    await desk.close()
  }
}

// In milliseconds: who waits for longer is told for what.
const PATIENCE = 1500

async function answerAll(
  { words, keepGoing, demo, as }: Options,
  config: Config,
  desk: Desk,
  output: Output,
  isOpen: () => void,
): Promise<Status> {
  if (words[0] === 'run') return runScript(scriptOf(words.slice(1), keepGoing), desk, output)
  if (words.length > 0) {
    const answer = await desk.ask(joinWords(words, (text) => desk.read(text)))
    isOpen()
    await output.print(answer, { paged: true })
    return statusOf(answer)
  }
  if (!process.stdin.isTTY) return runScript({ file: '-', keepGoing }, desk, output)
  if (demo) await note(`the demo: a made-up datacenter in ${config.data}; you are ${as ?? 'alice'}`)
  // What cannot be opened is told at once, and not with the first command.
  await desk.open()
  isOpen()
  await note('Type a command, or `help`; Tab completes, Ctrl-D ends.')
  const { converse } = await import('./interactive.ts')
  return converse(desk, output, config)
}

/** `run commands.txt`; `--keep-going` may stand behind `run` as well. Throws BotError `bad-option`. */
function scriptOf(words: readonly string[], keepGoing: boolean): { file: string; keepGoing: boolean } {
  const [file, ...more] = words.filter((word) => word !== KEEP_GOING)
  if (file === undefined || more.length > 0)
    throw new BotError('bad-option', {
      option: 'run',
      reason: 'it takes one file, or - for standard input',
      suggestions: [],
    })
  return { file, keepGoing: keepGoing || words.includes(KEEP_GOING) }
}

const KEEP_GOING = '--keep-going'

/** Something by the way, for a person only. */
async function note(text: string): Promise<void> {
  if (process.stderr.isTTY) await write(process.stderr, `${text}\n`)
}
