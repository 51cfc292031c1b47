// Which names things may be given: legal ones that nobody else has.
import { checkName, nameKey } from '../../grammar/name.ts'
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { ask } from './ask.ts'

/**
 * Refuses names that are illegal (`illegal-name`), given twice (`same-name-twice`) or that a thing has which is not among
 * `leaving`, the ids of those that give up theirs at the same time (`name-taken`).
 */
export async function refuseNames(
  change: Change,
  names: readonly string[],
  leaving: readonly number[] = [],
): Promise<void> {
  const keys = new Set<string>()
  for (const name of names) {
    const reason = checkName(name)
    if (reason !== null) throw new InventoryError('illegal-name', { name, reason })
    const key = nameKey(name)
    if (keys.has(key)) throw new InventoryError('same-name-twice', { name })
    keys.add(key)
  }
  const [taken] = await ask<{ name: string; name_key: string }>(
    change,
    'select name, name_key from things where name_key = any(?::text[]) and id <> all(?::bigint[]) order by name_key limit 1',
    [[...keys], [...leaving]],
  )
  if (!taken) return
  const name = names.find((name) => nameKey(name) === taken.name_key) ?? taken.name
  throw new InventoryError('name-taken', { name, by: taken.name })
}
