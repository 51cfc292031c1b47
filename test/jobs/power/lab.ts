// Simulated machines in an inventory with workers, for tests: a hundred times as fast as those that people see.
import { ENTRY } from '../../inventory/open.ts'
import { writeScene } from '../../inventory/scene.ts'
import type { Shop } from '../shop.ts'

type Attributes = Readonly<Record<string, string>>

/** Adds servers with simulated power, each with its own attributes besides. */
export async function addMachines(shop: Shop, machines: Readonly<Record<string, Attributes>>) {
  const { result } = await shop.inventory.change(ENTRY, (change) =>
    writeScene(change, {
      things: Object.fromEntries(Object.keys(machines).map((name) => [name, 'server'])),
      attributes: Object.entries(machines).flatMap(([name, attributes]) =>
        Object.entries({ 'power.driver': 'simulated', 'simulated.speed': '100', ...attributes }).map(
          ([key, value]) => [name, key, value] as const,
        ),
      ),
    }),
  )
  return Object.values(result).map(({ id, name }) => ({ id, name }))
}

/** `web1 on 2`: its power, and how many power events it has had. */
export async function powerOf(shop: Shop, machines: readonly { readonly id: number; readonly name: string }[]) {
  const { rows } = await shop.knex.raw<{ rows: { thing_id: number; power: string; events: number }[] }>(
    'select thing_id, power, events from simulated_machines',
  )
  const known = new Map(rows.map((row) => [row.thing_id, row]))
  return machines.map(({ id, name }) => `${name} ${known.get(id)?.power ?? 'on'} ${known.get(id)?.events ?? 0}`)
}
