// The options that stand before the command (`clusto --json find web*`); everything from the first other word on is the
// command, options or not.
import { BotError } from '../error.ts'

export interface Options {
  readonly json: boolean
  /** The directory of the embedded database. */
  readonly data: string | null
  readonly keepGoing: boolean
  /** Do not wait for a job. */
  readonly detach: boolean
  readonly demo: boolean
  /** Which operator of the demo asks. */
  readonly as: string | null
  /** Nobody is there to be asked: a change of many things needs no confirmation. */
  readonly yes: boolean
  readonly version: boolean
  readonly help: boolean
  /** The command, as the shell has split it. */
  readonly words: readonly string[]
}

type Flag = 'json' | 'keepGoing' | 'detach' | 'demo' | 'yes' | 'version' | 'help'

const FLAGS: ReadonlyMap<string, Flag> = new Map([
  ['--json', 'json'],
  ['--keep-going', 'keepGoing'],
  ['--detach', 'detach'],
  ['--demo', 'demo'],
  ['--yes', 'yes'],
  ['--version', 'version'],
  ['--help', 'help'],
  ['-h', 'help'],
])

const VALUES: ReadonlyMap<string, 'data' | 'as'> = new Map([
  ['--data', 'data'],
  ['--as', 'as'],
])

/** Reads `process.argv` without its first two. Throws BotError `bad-option`. */
export function readOptions(argv: readonly string[]): Options {
  const flags = new Set<Flag>()
  const values = new Map<'data' | 'as', string>()
  let at = 0
  for (; at < argv.length; at++) {
    const word = argv[at] ?? ''
    // A lone dash is no option, and two end them.
    if (!word.startsWith('-') || word === '-') break
    if (word === '--') {
      at++
      break
    }
    const flag = FLAGS.get(word)
    if (flag !== undefined) {
      flags.add(flag)
      continue
    }
    const equals = word.indexOf('=')
    const option = equals < 0 ? word : word.slice(0, equals)
    const name = VALUES.get(option)
    if (name === undefined) throw unknown(word, FLAGS.has(option))
    const value = equals < 0 ? argv[++at] : word.slice(equals + 1)
    if (value === undefined || value === '')
      throw new BotError('bad-option', { option, reason: 'it needs a value', suggestions: [] })
    values.set(name, value)
  }
  if (argv[at - 1] !== '--') refuseTrailing(argv.slice(at))
  return {
    json: flags.has('json'),
    data: values.get('data') ?? null,
    keepGoing: flags.has('keepGoing'),
    detach: flags.has('detach'),
    demo: flags.has('demo'),
    as: values.get('as') ?? null,
    yes: flags.has('yes'),
    version: flags.has('version'),
    help: flags.has('help'),
    words: argv.slice(at),
  }
}

const STAYING = new Set(['serve', 'worker'])
// Behind a command each would be taken for a value of it: `attr set web01 note --yes`.
const TRAILING = new Set(['--yes', '--json', '--detach'])

function refuseTrailing(words: readonly string[]): void {
  // `serve --data d`: these take nothing, so what stands behind them is meant for clusto.
  const behind = STAYING.has(words[0] ?? '') ? words.slice(1).map((word) => word.split('=', 1)[0] ?? word) : []
  const stray = behind.find((word) => FLAGS.has(word) || VALUES.has(word))
  if (stray !== undefined)
    throw new BotError('bad-option', { option: stray, reason: 'it stands behind the command', suggestions: [] })
  const last = words.at(-1)
  if (words.length > 1 && last !== undefined && TRAILING.has(last))
    throw new BotError('bad-option', { option: last, reason: 'it stands behind the command', suggestions: [] })
}

function unknown(word: string, takesNone: boolean): BotError {
  if (takesNone) return new BotError('bad-option', { option: word, reason: 'it takes no value', suggestions: [] })
  const known = [...FLAGS.keys(), ...VALUES.keys()]
  const near = known.filter((option) => word.length > 3 && (option.startsWith(word) || word.startsWith(option)))
  return new BotError('bad-option', { option: word, reason: 'there is no such option', suggestions: near })
}
