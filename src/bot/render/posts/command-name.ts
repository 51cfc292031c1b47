// Which command a line is, by its first words: `power status web01` is `power status`.
import { COMMANDS } from '../../../commands/registry.ts'

const NAMES = COMMANDS.map(({ name }) => name).sort((a, b) => b.length - a.length)

/** Null for a query, and for what is no command. */
export function commandName(line: string): string | null {
  const typed = `${line.slice(0, 200).trim().toLowerCase().replace(/\s+/gu, ' ')} `
  return NAMES.find((name) => typed.startsWith(`${name} `)) ?? null
}
