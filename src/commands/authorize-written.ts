// Whether all that a change has written about is within the scope of who asked, as it was before and as it is now.
import type { Language } from '../grammar/language.ts'
import type { Change } from '../inventory/change.ts'
import type { Target } from './command.ts'
import { CommandError } from './error.ts'
import { type Allowed, outsideOf } from './permit.ts'

// Moving a thing into one's scope would be taking it, and out of it giving away what is another's: both sides must be
// within.
/** Throws CommandError `out-of-scope`. */
export async function authorizeWritten(
  change: Change,
  language: Language,
  { scopes, operator, command }: Allowed,
): Promise<void> {
  if (scopes === null || change.written === 0) return
  // Drivers are everybody's: what they say of one thing they say of others.
  const drivers = await changedDrivers(change)
  if (drivers.length > 0)
    throw new CommandError('out-of-scope', { operator: operator.name, command, things: drivers, scopes })
  const ids = [...change.touched]
  for (const moment of [null, change.base]) {
    const { rows } = await change.knex.raw<{ rows: Target[] }>(
      moment === null
        ? 'select id, name, type, driver from things where id = any(?::bigint[])'
        : 'select id, name, type, driver from things_all where id = any(?::bigint[]) and from_v <= ? and to_v > ?',
      moment === null ? [ids] : [ids, moment, moment],
    )
    const outside = await outsideOf(change, language, scopes, rows, moment)
    if (outside.length > 0)
      throw new CommandError('out-of-scope', {
        operator: operator.name,
        command,
        things: outside.map(({ name }) => name),
        scopes,
      })
  }
}

async function changedDrivers({ knex, version }: Change): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { name: string }[] }>(
    'select distinct name from drivers_all where from_v = ? or to_v = ? order by name',
    [version, version],
  )
  return rows.map(({ name }) => `the driver ${name}`)
}
