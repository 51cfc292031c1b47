// The adapter of the terminal: one command, a script, or the prompt.
import { COMMANDS } from '../../commands/registry.ts'
import { createLanguage } from '../../grammar/language.ts'
import { TASKS } from '../../jobs/tasks.ts'
import type { Config } from '../config.ts'
import { demoIdentity } from '../demo.ts'
import { BotError } from '../error.ts'
import { Desk } from './desk.ts'
import type { Early } from './early.ts'
import type { Setting } from './local-seat.ts'
import type { Options } from './options.ts'
import { EXIT, Output, type Status } from './output.ts'
import { runScript } from './script.ts'
import { Stop } from './stop.ts'
import { startSuccessor, UNTIL_IDLE } from './successor.ts'
import { type Place, printEnd } from './wait.ts'
import { joinWords } from './words.ts'
import { write } from './write.ts'

/** Answers what the options ask for; the status is the process's. Throws BotError for options that do not fit. */
export async function runTerminal(options: Options, config: Config, early: Early): Promise<Status> {
  if (options.as !== null && !options.demo) throw new BotError('as-outside-demo', {})
  if (options.demo) demoIdentity(options.as)
  const isOne = options.words.length > 0 && options.words[0] !== 'run'
  const setting: Setting = {
    language: createLanguage(COMMANDS),
    commands: COMMANDS,
    tasks: TASKS,
    // Their content goes to standard output else.
    keepsFiles: options.json || process.stdout.isTTY === true,
    isConfirmed: options.yes,
    stays: !isOne,
    successor: () => startSuccessor(config),
    early,
  }
  const [first, second, ...more] = options.words
  if (first === 'serve' && more.length === 0 && (second === undefined || second === UNTIL_IDLE))
    return (await import('./serve.ts')).runServe(config, setting, second === UNTIL_IDLE)
  if (first === 'worker' && second === undefined) return (await import('./serve.ts')).runWorker(config, setting)
  if (first === 'serve' || first === 'worker')
    throw new BotError('bad-option', { option: first, reason: 'nothing stands behind it', suggestions: [] })
  return converseOrAnswer(options, config, setting)
}

async function converseOrAnswer(options: Options, config: Config, setting: Setting): Promise<Status> {
  const desk = new Desk(config, options.as, setting)
  const output = new Output(options.json, config)
  const stop = new Stop(() => void desk.close().finally(() => process.exit(EXIT.refused)))
  const hint = setTimeout(() => void note('preparing the database…'), PATIENCE)
  hint.unref()
  try {
    return await answerAll(options, config, { desk, output, stop, detach: options.detach }, () => clearTimeout(hint))
  } finally {
    clearTimeout(hint)
    // Who has left a job by Ctrl-C wants this process gone, and not another one in its place.
    await desk.close({ leaves: !stop.wasInterrupted })
  }
}

// In milliseconds: who waits for longer is told for what.
const PATIENCE = 1500

async function answerAll(
  { words, keepGoing, demo, as }: Options,
  config: Config,
  place: Place,
  isOpen: () => void,
): Promise<Status> {
  const { desk } = place
  if (words[0] === 'run') return runScript(scriptOf(words.slice(1), keepGoing), place)
  if (words.length > 0) {
    const answer = await desk.ask(joinWords(words, (text) => desk.read(text)))
    isOpen()
    return printEnd(answer, place, { paged: true })
  }
  if (!process.stdin.isTTY) return runScript({ file: '-', keepGoing }, place)
  if (demo) await note(`the demo: a made-up datacenter in ${config.data}; you are ${as ?? 'alice'}`)
  // What cannot be opened is told at once, and not with the first command.
  await desk.open()
  isOpen()
  await note('Type a command, or `help`; Tab completes, Ctrl-D ends.')
  const { converse } = await import('./interactive.ts')
  return converse(place, config)
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
