// Reads cases.txt.
import { readFileSync } from 'node:fs'

export interface Case {
  readonly input: string
  readonly expected: string
  readonly line: number
}

export function readCases(): readonly Case[] {
  const lines = readFileSync(new URL('cases.txt', import.meta.url), 'utf8').split('\n')
  return lines.flatMap((text, i) =>
    text.startsWith('> ') ? [{ input: text.slice(2), expected: lines[i + 1] ?? '', line: i + 1 }] : [],
  )
}
