// What is said where a text is not understood. The grammar words what is wrong at that place; here it is said what
// could stand there.
import type { ParseFacts } from '../message.ts'
import type { Said } from './said.ts'
import { some } from './said.ts'

const SHOWN = 12

export function parseWords({ code, message, position, word, expected, suggestions }: ParseFacts): Said {
  return {
    what: message,
    next: expected.length > 0 ? `expected: ${some(expected, SHOWN)}` : advice(code),
    position,
    word,
    suggestions,
  }
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
    case 'bad-key':
      return 'a key is letters, digits, - and _, such as env, disk.size or disk#0'
    case 'bad-value':
      return 'put it in quotes where it is meant as text'
    case 'bad-when':
      return 'a time is a date (2026-11-01), a date-time, `2h ago` or `version 12`'
    case 'bad-range':
      return 'a range is written as in db[201-240]'
    case 'bad-regex':
      return 'regular expressions have neither back-references nor repeats within repeats; a glob such as web* may do'
    case 'bad-part':
      return 'a port is written as in server1:nic-eth:2, a rack unit as in rack101:U13'
    case 'bad-units':
      return 'rack units are written as in U11 or U11-13'
    case 'not-one-thing':
      return 'name one thing; `find` shows what a pattern matches'
    case 'no-as-of':
      return 'leave out `as of …`: a change is made to the present; put the words in quotes where they are meant as text'
    case 'repeated-clause':
      return 'say it once'
    case 'bad-character':
    case 'syntax':
      return null
    default:
      return code satisfies never
  }
}
