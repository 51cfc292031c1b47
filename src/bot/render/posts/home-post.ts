// What somebody finds when they open the bot's own page: what waits for a word, and how their jobs are getting on.
import { type Draft, type Part, plainDraft } from '../../outbox/post.ts'
import { counted } from '../said.ts'
import { safe } from '../width.ts'
import { cut } from './room.ts'

export interface Home {
  readonly pending: readonly {
    readonly id: string
    readonly command: string
    /** The name of who asked. */
    readonly by: string
    readonly expires: string
    readonly isOwn: boolean
  }[]
  readonly jobs: readonly {
    readonly id: string
    readonly command: string
    readonly state: string
    /** The step that it is at. */
    readonly step: string | null
  }[]
}

// What a phone shows without end of scrolling.
const SHOWN = 10

export function homePost({ pending, jobs }: Home): Draft {
  const cards = pending
    .slice(0, SHOWN)
    .map(({ id, command, by, expires, isOwn }) => [
      `\`${id}\` ${command}`,
      `  ${isOwn ? 'your own' : `\`approve ${id}\`, for ${by}`}, until ${expires}`,
    ])
  const runs = jobs
    .slice(0, SHOWN)
    .map(({ id, command, state, step }) => [`\`${id}\` ${state}${step === null ? '' : ` at ${step}`}: ${command}`])
  return {
    ...plainDraft(`${counted(pending.length, 'proposal')} waiting, ${counted(jobs.length, 'job')} of yours`),
    parts: [
      ...(cards.length === 0 ? [] : [text(['Waits for a word:'])]),
      ...cards.map(text),
      ...more(pending.length, 'proposal', 'pending'),
      ...(runs.length === 0 ? [] : [text(['Your jobs:'])]),
      ...runs.map(text),
      ...more(jobs.length, 'job', 'jobs mine'),
      text(['Type `help` in a message to me, or mention me in a channel.']),
    ],
  }
}

const text = (lines: readonly string[]): Part => ({
  tag: 'text',
  text: lines.map((line) => cut(safe(line), 160, 250)).join('\n'),
})

const more = (count: number, noun: string, command: string): Part[] =>
  count > SHOWN ? [text([`and ${counted(count - SHOWN, noun)} more: \`${command}\``])] : []
