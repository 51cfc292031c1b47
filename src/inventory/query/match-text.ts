// Whether a pattern matches a word that is in the program's memory (drivers, types), regardless of case.
import type { Pattern } from '../../grammar/ast.ts'

export function matches(pattern: Pattern, word: string): boolean {
  const lower = word.toLowerCase()
  switch (pattern.tag) {
    case 'exact':
      return lower === pattern.text.toLowerCase()
    case 'range':
      return pattern.names.some((name) => name.toLowerCase() === lower)
    case 'glob':
      return globRegex(pattern.text.toLowerCase()).test(lower)
    case 'regex':
      return new RegExp(pattern.source, 'i').test(word)
  }
}

const globRegex = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replace(/\?/g, '.')}$`,
    's',
  )
