// The verdict of a table: how many rows it has, of what, and how they stand.
import { some } from '../said.ts'
import { cellText } from '../table.ts'
import type { Table } from './phone-table.ts'

// By the command, where the first column does not say it.
const NOUNS: Readonly<Record<string, string>> = {
  jobs: 'job',
  pending: 'proposal',
  audit: 'entry',
  diff: 'change',
  'freeze list': 'freeze',
  'schedule list': 'schedule',
}
// Columns that tell how a row stands.
const STANDS = new Set(['state', 'power'])
// More than these say nothing at a glance.
const STATES = 5

export function tableTitle({ columns, rows }: Table, command: string | null): string {
  const noun = NOUNS[command ?? ''] ?? columns[0] ?? 'row'
  const [only, ...others] = rows
  const stands = columns.findIndex((column) => STANDS.has(column))
  if (only && others.length === 0)
    return `${cellText(only[0] ?? null)}: ${cellText(only[stands > 0 ? stands : 1] ?? null)}`
  const title = `${rows.length} ${plural(noun)}`
  return stands < 0 ? title : `${title}${counts(rows.map((row) => cellText(row[stands] ?? null)))}`
}

/** `: 38 on, 2 off` */
function counts(states: readonly string[]): string {
  const found = new Map<string, number>()
  for (const state of states) found.set(state, (found.get(state) ?? 0) + 1)
  if (found.size > STATES) return ''
  return `: ${some(
    [...found].map(([state, number]) => `${number} ${state}`),
    STATES,
  )}`
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /s$/.test(noun) ? `${noun}es` : `${noun}s`
}
