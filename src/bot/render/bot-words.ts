// What is said where the bot itself refuses.
import type { BotFacts } from '../error.ts'
import type { Wording } from './said.ts'

export const BOT_WORDS: Wording<BotFacts> = {
  'bad-option': ({ option, reason, suggestions }) => ({
    what: `the option ${option} is not understood: ${reason}`,
    next: '`clusto --help` lists the options; they stand before the command',
    suggestions,
  }),
  'bad-setting': ({ variable, reason, expected }) => ({
    what: `${variable} is wrong: ${reason}`,
    next: `it looks like this: ${expected}`,
  }),
  'as-outside-demo': () => ({
    what: '`--as` is for the demo: elsewhere the operating system says who you are',
    next: 'leave it out, or add `--demo`',
  }),
  'unknown-demo-operator': ({ name, known }) => ({
    what: `the demo has no operator ${name}`,
    next: `it has ${known.join(', ')}`,
    suggestions: known,
  }),
  'not-a-demo': ({ place }) => ({
    what: `${place} holds a real inventory, not the demo`,
    next: 'leave out `--demo`, or give the demo a directory of its own: `clusto --demo --data <dir>`',
  }),
  'demo-unfinished': ({ place }) => ({
    what: `the demo in ${place} was cut off while it was being made`,
    next: 'delete that directory, and start again',
  }),
  'script-unreadable': ({ file, reason }) => ({
    what: `the file ${file} cannot be read: ${reason}`,
    next: 'name a file of commands, one a line, or `-` for standard input',
  }),
  'data-unusable': ({ directory, reason }) => ({
    what: `the data directory ${directory} cannot be used: ${reason}`,
    next: 'name another one: `clusto --data <dir>`, or the variable CLUSTO_DATA',
  }),
  'already-served': ({ directory, holder }) => ({
    what: `a bot runs on ${directory} already: process ${holder}`,
    next: '`clusto <command>` is answered by it; another one takes another directory: `clusto --data <dir> serve`',
  }),
  'holder-silent': ({ directory }) => ({
    what: `another clusto process holds ${directory} and does not answer`,
    next: 'nothing was done; try again in a moment, or end that process',
  }),
  'answer-too-large': () => ({
    what: 'the answer is too large to be handed on by the process that holds the database',
    next: 'a change was made all the same; a question can be narrowed, or asked when that process has ended',
  }),
  'holder-lost': ({ directory }) => ({
    what: `the clusto process that holds ${directory} had taken the command and then ended`,
    next: 'whether it was done is not known: look before you type it again, with `history <thing>`',
  }),
  'holder-differs': ({ directory }) => ({
    what: `${directory} is held by another version of clusto`,
    next: 'end that process, or use the same version',
  }),
  'asker-unproven': ({ directory }) => ({
    what: `the process that holds ${directory} could not make sure who you are`,
    next: 'nothing was done; check that you may write into that directory',
  }),
  'picture-failed': ({ reason }) => ({
    what: `the picture could not be drawn: ${reason}`,
    next: 'ask for fewer things, or in words: `tree <thing>`, `ports <thing>`',
  }),
  'worker-needs-server': ({ directory }) => ({
    what: `a worker of its own needs a Postgres server: the embedded database in ${directory} belongs to one process, which works itself`,
    next: 'set DATABASE_URL (and leave out `--data` and `--demo`), or start `clusto serve`, which works too',
  }),
  'chat-refused': ({ chat, reason, next }) => ({ what: `${chat} refuses this bot: ${reason}`, next }),
  'http-unusable': ({ host, port, code }) => ({
    what: `${addressOf(host, port)} cannot be listened on: ${LISTENING[code] ?? code}`,
    next: 'set CLUSTO_HTTP to another address, such as CLUSTO_HTTP=127.0.0.1:8081, or to `off`',
  }),
  'button-unknown': () => ({
    what: 'this button stands for nothing any more',
    next: 'type the command: `help` lists them, `pending` what waits for a word',
  }),
  'button-elsewhere': () => ({
    what: 'this button belongs to another message: nothing was done',
    next: '`pending` lists what waits',
  }),
  'button-not-yours': ({ of, asks }) => ({
    what: `this button is for ${of}`,
    next: asks ? `it waits for the word of ${of}, and nobody else can confirm it` : 'type the command yourself',
  }),
  'button-used': ({ by }) => ({
    what: `this was done already, by ${by}`,
    next: '`history` and `jobs` tell what came of it',
  }),
  'console-closed': () => ({
    what: 'no console is open in this thread: nothing was sent',
    next: '`console <thing>` opens one here',
  }),
  'console-late': () => ({
    what: 'this was typed while the bot was away: nothing was sent',
    next: 'look at the console, and type it again',
  }),
  'console-not-yours': ({ thing, by }) => ({
    what: `only ${by}, who has opened the console of ${thing}, can type into it: nothing was sent`,
    next: `\`console ${thing}\` takes it from them, after they are told`,
  }),
  'console-too-long': ({ lines, characters }) => ({
    what: `a message holds ${lines} lines for a console at most, of ${characters} characters each: nothing was sent`,
    next: 'send it in pieces',
  }),
  'never-ended': ({ attempts }) => ({
    what: `this was begun ${attempts} times, and each time the bot was cut off: it is not begun again, and nothing of it was done`,
    next: 'tell who runs the bot; the log has more',
  }),
  internal: ({ id }) => ({
    what: `something went wrong that is not your fault (bug ${id})`,
    next: `nothing of this command was kept; report the lines with ${id} in them from the log`,
  }),
}

const addressOf = (host: string, port: number) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)

const LISTENING: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process does',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'the name cannot be looked up',
}
