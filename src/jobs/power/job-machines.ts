// The machines of a job, checked again when it begins: what was planned for things that are gone, frozen, protected,
// locked by somebody else or have another driver by now is not done.
import type { Knex } from 'knex'
import { refuseFrozen } from '../../inventory/operators/freezes.ts'
import { standingOf } from '../../inventory/operators/standing.ts'
import { refuseLocked } from '../../inventory/resources/locks.ts'
import { refuseOwn } from '../../inventory/resources/own-things.ts'
import { refuseProtected } from '../../inventory/resources/protection.ts'
import type { ThingRow } from '../../inventory/rows.ts'
import type { View } from '../../inventory/view.ts'
import { ask } from '../statement.ts'
import type { Json, StepContext } from '../task.ts'
import { POWER_KINDS } from './drivers.ts'
import { isMachine, type Machine, machinesOf } from './machine.ts'

/** A machine as the input of a job names it. */
export interface Named {
  readonly id: number
  readonly name: string
}

/** Throws where it is none. */
export function namedIn(input: Json | undefined): Named[] {
  if (!Array.isArray(input)) throw new Error('no machines in the input')
  return input.map((one: Json) => {
    const { id, name } = one as { readonly id?: unknown; readonly name?: unknown }
    if (typeof id !== 'number' || typeof name !== 'string') throw new Error('no machines in the input')
    return { id, name }
  })
}

/** The things, in order. Throws, naming it, where one is gone. */
export async function thingsOfJob(knex: Knex, named: readonly Named[]): Promise<ThingRow[]> {
  const rows = await ask<ThingRow>(
    knex,
    'things of a job',
    'select id, name, name_key, driver, type from things where id = any(?::bigint[])',
    [named.map(({ id }) => id)],
  )
  const known = new Map(rows.map((row) => [row.id, row]))
  const gone = named.filter(({ id }) => !known.has(id))
  if (gone.length > 0) throw new Error(`no longer in the inventory: ${gone.map(({ name }) => name).join(', ')}`)
  return named.flatMap(({ id }) => known.get(id) ?? [])
}

/** Their settings as they are now, in order. Throws, naming it, where one is gone or has no power driver any more. */
export async function presentMachines(view: View, named: readonly Named[]): Promise<Machine[]> {
  const things = await thingsOfJob(view.knex, named)
  const found = await machinesOf(view, things, POWER_KINDS)
  const without = found.flatMap((one) => (isMachine(one) ? [] : [one.thing]))
  if (without.length > 0) throw new Error(`no power driver any more: ${without.join(', ')}`)
  return found.filter(isMachine)
}

/** The first step of a job, by the name of its command: throws where it must not be done any more. */
export function checkAgain({ inventory, run }: StepContext, command: string, named: readonly Named[]): Promise<void> {
  return inventory.read(async (view) => {
    await presentMachines(view, named)
    await refuseFrozen(view, command, named)
    await refuseProtected(view, named)
    // To switch on what the bot runs on ends nothing, nor does its console.
    if (command !== 'power on' && command !== 'console') await refuseOwn(view, named)
    const { operator } = await standingOf(view.knex, run.operator)
    await refuseLocked(view, named, operator?.id ?? null)
  })
}
