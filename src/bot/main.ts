// Where the program begins: options, configuration, then the terminal. What is not needed is not loaded: `--help` takes
// a tenth of a second.
import { BotError } from './error.ts'
import { packageVersion } from './package-root.ts'
import { type Options, readOptions } from './terminal/options.ts'

const HELP = `clusto <command …>            one command, such as \`clusto locate server1\`
clusto run <file | ->         one command a line, # begins a comment; stops at the first that fails
clusto                        interactive, or commands from standard input
clusto serve                  stays: answers others at the terminal, and does the jobs
clusto worker                 does jobs alone, against DATABASE_URL

Options, before the command:
  --json          one line of JSON a command
  --data <dir>    the embedded database's directory (else CLUSTO_DATA, else .clusto)
  --keep-going    run: go on after a command that fails
  --detach        do not wait for a job
  --yes           do not ask before a change of many things
  --demo          a made-up datacenter to try things on
  --as <name>     in the demo: alice, bob or carol
  --version
  --help

\`clusto help\` lists the commands. Exit status: 0 done, 1 refused or failed, 2 not understood.
`

async function main(argv: readonly string[]): Promise<number> {
  // Whoever reads our output may leave, as `head` does: what is under way ends in order, and a script stops there.
  let isLost = false
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    isLost ||= error.code !== 'EPIPE'
  })
  process.stderr.on('error', () => undefined)
  const status = await run(argv)
  return isLost && status === 0 ? 1 : status
}

async function run(argv: readonly string[]): Promise<number> {
  let options: Options | null = null
  try {
    options = readOptions(argv)
    if (options.help) {
      process.stdout.write(HELP)
      return 0
    }
    if (options.version) {
      process.stdout.write(`clusto ${packageVersion()}\n`)
      return 0
    }
    const { readConfig } = await import('./config.ts')
    const config = readConfig(options)
    const { Early } = await import('./terminal/early.ts')
    const early = await Early.begin(config)
    try {
      const { runTerminal } = await import('./terminal/terminal.ts')
      return await runTerminal(options, config, early)
    } finally {
      await early.close()
    }
  } catch (error) {
    return refuse(error, options)
  }
}

/** What goes wrong before, or beside, the commands. */
async function refuse(error: unknown, options: Options | null): Promise<number> {
  const { answerJson, answerText } = await import('./render/answer.ts')
  const { TurnedAway } = await import('./terminal/remote-seat.ts')
  const { refusalOf } = await import('./refusal.ts')
  const command = options?.words.join(' ') ?? ''
  const refusal = error instanceof TurnedAway ? error.refusal : refusalOf(error, command)
  const answer = { tag: 'refused', command, refusal } as const
  if (options?.json === true) process.stdout.write(`${answerJson(answer)}\n`)
  else process.stderr.write(`${answerText(answer, { width: 100, colour: false })}\n`)
  return error instanceof BotError && error.code === 'bad-option' ? 2 : 1
}

process.exitCode = await main(process.argv.slice(2))
