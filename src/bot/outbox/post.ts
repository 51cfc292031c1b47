// What a message in a chat shows: words, buttons and files. Render makes a draft of it for any chat; its buttons and files are
// kept in the database, and what is left is a post, kept in the outbox as JSON. Each adapter makes of it what its platform
// draws, escapes the words, and adds nothing of its own.
import type { ChannelWord } from '../../commands/words.ts'
import type { Instant } from '../../inventory/read/instant.ts'

export interface Post {
  /** The verdict, in plain text of one line: notifications and phones show it first. */
  readonly title: string
  readonly titleMarks?: readonly Mark[]
  readonly parts: readonly Part[]
  /** What is too long to be read at once, a page of it at a time; null where all is in `parts`. */
  readonly pages: Pages | null
  readonly buttons: readonly Button[]
  readonly files: readonly PostFile[]
  /** Identities (`slack:U012AB3CD`) that the bot itself calls; nothing else in a post calls anybody. */
  readonly mentions: readonly string[]
  /** For the eyes of this identity alone, where the chat can do that; it is never edited. */
  readonly privateTo: string | null
  /** The slash command or press that it answers, as the chat names it, where the chat wants an answer to it. */
  readonly answers: string | null
}

export type Part =
  /** Running words; a line break is one. */
  | { readonly tag: 'text'; readonly text: string; readonly marks?: readonly Mark[] }
  /** Lines that stay aligned. */
  | { readonly tag: 'code'; readonly text: string }
  /** What somebody typed, shown again. */
  | { readonly tag: 'quote'; readonly text: string }

/** Characters that stand for what a chat can show in a way of its own. In their order; none is within another. */
export type Mark = (Instant | ChannelWord) & {
  readonly from: number
  /** Not within. */
  readonly to: number
}

export interface Pages {
  /** Each fits into one message, and stays aligned. */
  readonly texts: readonly string[]
  /** The one that is shown, from 0. */
  readonly at: number
}

export interface Button {
  /** Opaque: what it does is in the database. */
  readonly id: string
  readonly label: string
  readonly style: 'yes' | 'no' | 'plain'
  /** It opens a form first (see `Form`). */
  readonly opensForm: boolean
  /** Of one that turns pages, whither. */
  readonly turns?: 1 | -1
}

export interface PostFile {
  /** Of its content in the database. */
  readonly id: string
  readonly name: string
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
  /** What a picture shows, in words; null for what is no picture. A picture is shown in the message itself. */
  readonly alt: string | null
}

/** One line that is asked for before a button does what it does. */
export interface Form {
  readonly title: string
  readonly label: string
  readonly prefilled: string
}

/** A post before what hangs on it is kept. */
export interface Draft extends Omit<Post, 'buttons' | 'files' | 'answers'> {
  readonly buttons: readonly DraftButton[]
  readonly files: readonly DraftFile[]
}

export interface DraftButton extends Pick<Button, 'label' | 'style'> {
  readonly action: Action
  /** The identity that alone may press it; null for everybody, who is then refused or not as if they had typed it. */
  readonly only: string | null
}

/** What pressing does. Everything goes the way of a typed command, as who presses. */
export type Action =
  /** Types this; a button of a command that does more than read is used up by it. */
  | { readonly tag: 'command'; readonly text: string }
  /** Asks for a line first, and types `before` and the line. */
  | { readonly tag: 'form'; readonly before: string; readonly form: Form }
  /** Turns the pages of its message. */
  | { readonly tag: 'page'; readonly by: 1 | -1 }

export interface DraftFile {
  readonly name: string
  readonly mediaType: string
  readonly alt: string | null
  readonly content: Uint8Array
}

/** Says only this. */
export const plainDraft = (title: string): Draft => ({
  title,
  parts: [],
  pages: null,
  buttons: [],
  files: [],
  mentions: [],
  privateTo: null,
})
