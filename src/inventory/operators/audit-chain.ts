// Walks the audit's chain from its first row: each row must follow the one before and say what its hash was made of.
import type { Knex } from 'knex'
import { type AuditRow, auditHash, FIRST } from './audit.ts'
import { AUDIT_COLUMNS } from './audit-log.ts'

/** Where the chain stops being one. */
export interface Broken {
  /** The number of the first bad row; of missing ones, of the first that is missing. */
  readonly id: number
  readonly fault: /** The row does not say what its hash was made of. */
    | 'changed'
    /** Rows are not there: from this number to `to`. */
    | 'missing'
    /** The row does not follow the one before it: one of the two was put there, or they changed places. */
    | 'astray'
  readonly to: number
}

export interface Chain {
  readonly rows: number
  /** The hash of the last good row: noted elsewhere, it shows later whether rows at the end were taken away. */
  readonly head: string
  readonly broken: Broken | null
  /** The number of the row with the hash that was looked for; null where the good part has none. */
  readonly found: number | null
}

// So many rows are in memory at a time.
const PAGE = 1000

/** Reads all of it, or what follows the row `after`, a page at a time. `sought` is a hash that was noted before. */
export async function walkChain(knex: Knex, sought: string | null = null, after = 0): Promise<Chain> {
  const [before] = after > 0 ? await pageAfter(knex, after - 1, 1) : []
  // Where that row is not there, what follows it is no chain, and all of it says why.
  let rows = before?.id === after ? after : 0
  let head = before?.id === after ? before.hash : FIRST
  let found: number | null = null
  for (;;) {
    const page = await pageAfter(knex, rows)
    for (const row of page) {
      const broken = faultOf(row, rows + 1, head)
      if (broken) return { rows, head, broken, found }
      rows = row.id
      head = row.hash
      if (head === sought) found = row.id
    }
    if (page.length < PAGE) return { rows, head, broken: null, found }
  }
}

function faultOf(row: AuditRow, expected: number, head: string): Broken | null {
  if (row.id !== expected) return { id: expected, fault: 'missing', to: row.id - 1 }
  if (row.previous !== head) return { id: row.id, fault: 'astray', to: row.id }
  return auditHash(row) === row.hash ? null : { id: row.id, fault: 'changed', to: row.id }
}

async function pageAfter(knex: Knex, id: number, size = PAGE): Promise<AuditRow[]> {
  const { rows } = await knex.raw<{ rows: AuditRow[] }>(
    `select ${AUDIT_COLUMNS} from audit where id > ? order by id limit ?`,
    [id, size],
  )
  return rows
}
