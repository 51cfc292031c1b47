// What somebody finds when they open the bot's own page: what waits for a word, and how their jobs are getting on.
import { type Words, words } from '../../../commands/words.ts'
import { instant } from '../../../inventory/read/instant.ts'
import { type Draft, type DraftButton, type Part, plainDraft } from '../../outbox/post.ts'
import { counted } from '../said.ts'
import { safe } from '../width.ts'
import { lined, marked, unlessCut } from './marked.ts'
import { cut } from './room.ts'

export interface Home {
  /** Whose page it is, an identity. */
  readonly of: string
  readonly pending: readonly Waiting[]
  readonly jobs: readonly {
    readonly id: string
    readonly command: string
    readonly state: string
    /** The step that it is at. */
    readonly step: string | null
  }[]
}

export interface Waiting {
  readonly id: string
  readonly command: string
  /** The name of who asked. */
  readonly by: string
  readonly expires: string
  /** What the one whose page it is can say to it; null for nothing but no: it is their own, and waits for others. */
  readonly yes: 'approve' | 'confirm' | null
  /** What has to be typed with a yes. */
  readonly typed: string | null
}

// What a phone shows without end of scrolling.
const SHOWN = 10

export function homePost({ of, pending, jobs }: Home): Draft {
  const cards = pending
    .slice(0, SHOWN)
    .map(({ id, command, by, expires, yes }) => [
      `\`${id}\` ${command}`,
      words`  ${yes === null ? 'your own, for others to approve' : `\`${yes} ${id}\``}, asked for by ${by}, until ${instant(expires)}`,
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
    buttons: pending.slice(0, SHOWN).flatMap((one) => buttonsFor(one, of)),
  }
}

function buttonsFor({ id, yes, typed }: Waiting, only: string): DraftButton[] {
  const no: DraftButton = { label: `Deny ${id}`, style: 'no', only, action: { tag: 'command', text: `deny ${id}` } }
  if (yes === null) return [no]
  const word = yes === 'approve' ? 'Approve' : 'Confirm'
  const form = { title: `${word} ${id}`, label: cut(`Type ${safe(typed ?? '')}`, 45, 90).slice(0, 45), prefilled: '' }
  const action =
    typed === null
      ? ({ tag: 'command', text: `${yes} ${id}` } as const)
      : ({ tag: 'form', before: `${yes} ${id} `, form } as const)
  return [{ label: `${word} ${id}`, style: 'yes', only, action }, no]
}

function text(lines: readonly Words[]): Part {
  const said = lined(
    lines.map((line) => {
      const whole = marked(line)
      return unlessCut(whole, cut(whole.text, 160, 250))
    }),
  )
  return { tag: 'text', ...said }
}

const more = (count: number, noun: string, command: string): Part[] =>
  count > SHOWN ? [text([`and ${counted(count - SHOWN, noun)} more: \`${command}\``])] : []
