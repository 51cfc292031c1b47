// Words for people as data: what a chat can show in a way of its own, a time or a channel, is not made into text before it
// is known who reads it.
import { type Instant, instantText } from '../inventory/read/instant.ts'

/** As grants and messages name it: `#C012AB3CD`. */
export interface ChannelWord {
  readonly channel: string
}

export type Word = string | Instant | ChannelWord
export type Words = string | readonly Word[]

/** A template whose values may be words: what is in them stays what it is. */
export function words(texts: TemplateStringsArray, ...values: readonly (Words | Word | number)[]): Words {
  const all = texts.flatMap((text, at): readonly Word[] => {
    const value = values[at]
    return value === undefined
      ? [text]
      : [text, ...(isList(value) ? value : [typeof value === 'number' ? String(value) : value])]
  })
  return all.filter((word) => word !== '')
}

const isList = (value: Words | Word | number): value is readonly Word[] => Array.isArray(value)

export const wordsOf = (said: Words): readonly Word[] => (typeof said === 'string' ? [said] : said)

export function wordText(word: Word): string {
  if (typeof word === 'string') return word
  return 'channel' in word ? word.channel : instantText(word)
}

/** As it is read where nothing is shown in a way of its own. */
export const plainWords = (said: Words): string => wordsOf(said).map(wordText).join('')
