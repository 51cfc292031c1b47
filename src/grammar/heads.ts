// Which words begin which command: the longest that fits wins, so `backup list` is the list and `backup c1` a backup.
import type { Token } from './lexer.ts'

export class Heads {
  readonly names: readonly string[]
  private readonly known = new Set<string>()
  /** `` -> backup, power, …; `backup` -> list, show. */
  private readonly next = new Map<string, Set<string>>()

  constructor(names: Iterable<string>) {
    this.names = [...names]
    for (const name of this.names) {
      const words = name.split(' ')
      this.known.add(name)
      for (const [i, word] of words.entries()) {
        const before = words.slice(0, i).join(' ')
        const following = this.next.get(before) ?? new Set()
        this.next.set(before, following.add(word))
      }
    }
  }

  /** The words that may come next after these words of a command. */
  after(words: string): readonly string[] {
    return [...(this.next.get(words) ?? [])]
  }

  /** The command that the tokens begin with, if any, and how many of them begin some command. */
  select(tokens: readonly Token[]): {
    readonly command: string | null
    readonly length: number
    readonly begun: string
  } {
    let command: string | null = null
    let length = 0
    let begun = ''
    for (const [i, token] of tokens.entries()) {
      const following = this.next.get(begun)
      if (token.keyword === '' || !following?.has(token.keyword)) break
      begun = begun === '' ? token.keyword : `${begun} ${token.keyword}`
      if (this.known.has(begun)) {
        command = begun
        length = i + 1
      }
    }
    return { command, length, begun }
  }
}
