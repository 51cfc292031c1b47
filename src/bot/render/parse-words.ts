// What is said where a text is not understood. The grammar words what is wrong at that place; here it is said what
// could stand there.
import type { ParseFacts } from '../message.ts'
import type { Said } from './said.ts'

const SHOWN = 12

export function parseWords({ code, message, position, word, expected, suggestions }: ParseFacts): Said {
  return {
    what: message,
    // Of some eighty commands the first dozen help nobody.
    next: expected.length > 0 && code !== 'unknown-command' ? `expected: ${anyOf(expected)}` : advice(code),
    position,
    word,
    suggestions,
  }
}

// A keyword in a list, such as `and`, is not to be taken for a word of the sentence.
const isPlaceholder = (label: string): boolean => /[<"#]|^\/./.test(label)

function anyOf(labels: readonly string[]): string {
  const words = labels.slice(0, SHOWN).map((label) => (isPlaceholder(label) ? label : `\`${label}\``))
  const more = labels.length - words.length
  const last = more > 0 ? `${more} more` : words.pop()
  return words.length === 0 ? (last ?? '') : `${words.join(', ')} or ${last}`
}

function advice(code: ParseFacts['code']): string | null {
  switch (code) {
    case 'empty':
      return 'type a command, or `help`'
    case 'unknown-command':
      return '`help` lists the commands'
    case 'unknown-pattern':
      return 'what can stand before the colon: name, driver, type, attr, ip, mac, serial, pool, class, role, service, vlan'
    case 'bare-attribute':
      return 'things with an attribute are found with `attr:key,value`'
    case 'too-long':
    case 'too-many-words':
      return 'do it in several commands, or from a file with `import`'
    case 'too-deep':
      return 'take away some of the brackets'
    case 'unclosed-quote':
      return 'close the quote, or write a backslash before it'
    case 'bad-when':
      return 'a time is a date (2026-11-01), a date-time, `2h ago` or `version 12`'
    case 'bad-regex':
      return 'a glob such as web* may do'
    case 'bad-units':
      return 'rack units are written as in U11 or U11-13'
    case 'not-one-thing':
      return '`find` shows what a pattern matches'
    case 'no-as-of':
      return 'leave out `as of …`: a change is made to the present; put the words in quotes where they are meant as text'
    case 'repeated-clause':
      return 'say it once'
    // The grammar's own words for these say how it is written.
    case 'bad-key':
    case 'bad-value':
    case 'bad-range':
    case 'bad-part':
    case 'bad-character':
    case 'syntax':
      return null
    default:
      return code satisfies never
  }
}
