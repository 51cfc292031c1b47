// The points of time that an operator types, as ISO date-times.
import type { When } from '../grammar/ast.ts'
import { InventoryError } from '../inventory/error.ts'
import type { View } from '../inventory/view.ts'

/**
 * In the past: a date (its start, UTC), a date-time, `2h ago`; and of a version the time just before it was worked on, or
 * when it was there.
 */
export async function timeOf(view: View, when: When, now: Date, end: 'before' | 'after'): Promise<string> {
  switch (when.tag) {
    case 'time':
      return when.iso
    case 'ago':
      return new Date(now.getTime() - when.seconds * 1000).toISOString()
    case 'version': {
      const { version } = when
      const latest = await view.latest()
      if (version < 1 || version > latest) throw new InventoryError('unknown-version', { version, latest })
      const { rows } = await view.knex.raw<{ rows: { at: Date }[] }>(
        'select at from versions where version <= ? order by version desc limit 1',
        [end === 'after' ? version - 1 : version],
      )
      // Dates have no microseconds, and the audit has none: one millisecond after is after both.
      return new Date((rows[0]?.at.getTime() ?? 0) + 1).toISOString()
    }
  }
}
