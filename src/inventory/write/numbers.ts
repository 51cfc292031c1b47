// Automatic numbers of attributes: they count up from 0 for each thing (or port) and key, and none is given twice.
import type { Change } from '../change.ts'
import { ask } from './ask.ts'

/** What numbers are counted for. */
export interface Counted {
  readonly thing_id: number
  readonly port: string
  readonly key: string
}

const slotOf = ({ thing_id, port, key }: Counted): string => `${thing_id} ${port} ${key}`

/** A number for each, in order. */
export async function nextNumbers(change: Change, wanted: readonly Counted[]): Promise<number[]> {
  if (wanted.length === 0) return []
  const counts = new Map<string, Counted & { count: number }>()
  for (const { thing_id, port, key } of wanted) {
    const slot = slotOf({ thing_id, port, key })
    counts.set(slot, { thing_id, port, key, count: (counts.get(slot)?.count ?? 0) + 1 })
  }
  const rows = await ask<Counted & { next: number }>(
    change,
    `insert into counters as counter (thing_id, port, key, next)
     select thing_id, port, key, count from jsonb_to_recordset(?::jsonb)
       as wanted(thing_id bigint, port text, key text, count integer)
     on conflict (thing_id, port, key) do update set next = counter.next + excluded.next
     returning thing_id, port, key, next`,
    [JSON.stringify([...counts.values()])],
  )
  const free = new Map(rows.map((row) => [slotOf(row), row.next - (counts.get(slotOf(row))?.count ?? 0)]))
  return wanted.map((counted) => {
    const slot = slotOf(counted)
    const number = free.get(slot) ?? 0
    free.set(slot, number + 1)
    return number
  })
}

/** Numbers that were typed: automatic ones go on after them. */
export async function noteNumbers(
  change: Change,
  taken: readonly (Counted & { number: number | null })[],
): Promise<void> {
  const highest = new Map<string, Counted & { next: number }>()
  for (const { thing_id, port, key, number } of taken) {
    if (number === null) continue
    const slot = slotOf({ thing_id, port, key })
    if ((highest.get(slot)?.next ?? 0) <= number) highest.set(slot, { thing_id, port, key, next: number + 1 })
  }
  if (highest.size === 0) return
  await change.knex.raw(
    `insert into counters as counter (thing_id, port, key, next)
     select thing_id, port, key, next from jsonb_to_recordset(?::jsonb)
       as taken(thing_id bigint, port text, key text, next integer)
     on conflict (thing_id, port, key) do update set next = excluded.next where counter.next < excluded.next`,
    [JSON.stringify([...highest.values()])],
  )
}
