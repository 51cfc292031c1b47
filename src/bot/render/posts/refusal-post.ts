// A refusal in a chat: for who asked alone, with the line as typed and a caret, and what may have been meant as buttons.
import { redact } from '../../../commands/redact.ts'
import type { Words } from '../../../commands/words.ts'
import { quote } from '../../../grammar/value.ts'
import type { Answer, Refusal } from '../../message.ts'
import type { Draft, DraftButton } from '../../outbox/post.ts'
import { caretLines, refusalText, saidWords, say } from '../refusal.ts'
import type { Said } from '../said.ts'
import { safe } from '../width.ts'
import { cut } from './room.ts'
import { body, tell } from './tell.ts'

/** Who typed it, and where. */
export interface About {
  /** The identity. */
  readonly asker: string
  /** What was typed, where nobody sees it. */
  readonly quote: string | null
}

type Refused = Extract<Answer, { tag: 'refused' }>

// The line as typed is shown whole where it can be: a phone breaks it and the line of the caret at the same place.
const LOOK = { width: 100, colour: false }

export function refusalPost({ command, refusal }: Refused, { asker, quote }: About): Draft {
  const said = say(refusal, command)
  // What hides a secret is not shown again, and no button types it.
  const isSecret = redact(command, null) !== command
  const caret = isSecret ? [] : caretLines(said, command, LOOK)
  const [title = '', ...lines] = saidWords(said).flatMap((line): readonly Words[] =>
    typeof line === 'string' ? line.split('\n') : [line],
  )
  // Where the caret stands below a part of the line, and nobody sees the line, it follows.
  const isPart = caret.length > 0 && quote !== null && quote.length > LOOK.width - 4
  const draft = tell({
    ...{ title, quote: caret.length === 0 ? quote : null, above: caret },
    body: body(isPart ? [...lines, `Typed: ${safe(quote)}`] : lines, 'text'),
    notes: [],
    whole: {
      name: 'refusal',
      ending: 'txt',
      text: () => refusalText(refusal, isSecret ? redact(command, null) : command, LOOK),
    },
    buttons: isSecret ? [] : [...meantButtons(said, command, asker), ...completeButtons(refusal, command, asker)],
    isFixed: true,
  })
  // A file would be for everybody: what does not fit into words for one is said to all.
  return { ...draft, privateTo: draft.files.length === 0 ? asker : null }
}

const MEANT = 3
// What a button can say.
const LABEL = 60

/** The line with another word in the place of the bad one. */
function meantButtons({ position, word = '', suggestions = [] }: Said, text: string, only: string): DraftButton[] {
  const range = position === undefined ? null : badPart(text, position, word)
  if (range === null) return []
  const lines = suggestions
    .filter(isShown)
    .slice(0, MEANT)
    .map((meant) => ({ meant, text: range.with(meant) }))
  return lines.map(({ meant, text: line }) => ({
    ...{ label: cut(safe(meant), LABEL, LABEL * 2), style: 'plain', only },
    action: { tag: 'command', text: line },
  }))
}

const isShown = (word: string): boolean => safe(word).trim() !== ''

/** How the text reads with something else at the place of the bad word; null where the word is not there as it is. */
function badPart(text: string, position: number, word: string): { with(meant: string): string } | null {
  const after = (end: number, meant: string) => `${text.slice(0, position)}${meant}${text.slice(end)}`
  if (word === '') {
    const space = position > 0 && !/\s$/.test(text.slice(0, position)) ? ' ' : ''
    return position < text.length ? null : { with: (meant) => `${text}${space}${meant}` }
  }
  if (text.slice(position, position + word.length).toLowerCase() === word.toLowerCase())
    return { with: (meant) => after(position + word.length, meant) }
  const mark = text[position] ?? ''
  const end = position + word.length + 2
  const isQuoted = /["']/.test(mark) && text.slice(position + 1, end) === `${word}${mark}`
  return isQuoted ? { with: (meant) => after(end, quote(meant)) } : null
}

/** Something is missing at the end: it is asked for. */
function completeButtons({ source, facts }: Refusal, text: string, only: string): DraftButton[] {
  if (source !== 'parse' || facts.position < text.trimEnd().length || text.trim() === '') return []
  const kinds = facts.expected.filter((label) => label.startsWith('<'))
  if (kinds.length === 0) return []
  return [
    {
      ...{ label: 'Complete…', style: 'plain', only },
      action: {
        tag: 'form',
        before: '',
        form: { title: 'Complete the command', label: formLabel(kinds), prefilled: `${text.trimEnd()} ` },
      },
    },
  ]
}

// Characters that Discord takes above the line of a form.
const LINE = 45
const formLabel = (kinds: readonly string[]): string => cut(`with ${kinds.slice(0, 3).join(' or ')}`, LINE, LINE)
