// A thing whose power can be switched: what of the inventory says how. The attribute `power.driver` names the kind of
// driver; it and what a driver needs besides (`power.…`, `simulated.…`) are the thing's own, or inherited from where it
// stands, so that one attribute of a datacenter is enough.
import type { Key } from '../../grammar/ast.ts'
import { type ValueRow, valuesOf } from '../../inventory/read/values.ts'
import type { ThingRow } from '../../inventory/rows.ts'
import type { View } from '../../inventory/view.ts'

export interface Machine {
  readonly id: number
  readonly name: string
  /** The kind of its power driver: `simulated`. */
  readonly kind: string
  /** By key and subkey: `{ 'power.driver': 'simulated', 'simulated.speed': '10' }`. */
  readonly settings: Readonly<Record<string, string>>
}

/** Why the power of a thing cannot be switched, and what would change that. */
export type Unpowered =
  /** There is nothing to switch at such a thing. */
  | { readonly tag: 'no-power'; readonly thing: string; readonly type: string }
  /** It is not installed over the network. */
  | { readonly tag: 'no-rebuild'; readonly thing: string; readonly type: string }
  /** It has no console. */
  | { readonly tag: 'no-console'; readonly thing: string; readonly type: string }
  | { readonly tag: 'no-driver'; readonly thing: string }
  | { readonly tag: 'unknown-driver'; readonly thing: string; readonly kind: string; readonly known: readonly string[] }
  /** It has several at once, from several containers. */
  | { readonly tag: 'two-drivers'; readonly thing: string; readonly kinds: readonly string[] }
  /** A setting that the driver cannot take. */
  | { readonly tag: 'bad-setting'; readonly thing: string; readonly reason: string }

const key = (name: string): Key => ({ key: name, subkey: null, number: null })
const KEYS = [key('power'), key('simulated')]
const KIND = 'power.driver'

/** The settings of all of these things, by id, in a constant number of statements. */
export async function settingsOf(
  view: View,
  things: readonly ThingRow[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>> {
  const rows = await valuesOf(view, things, { keys: KEYS, port: '', inherited: true, moment: null })
  const found = new Map<string, Map<string, string[]>>()
  for (const row of rows) {
    const settings = found.get(row.thing) ?? new Map<string, string[]>()
    found.set(row.thing, settings)
    const values = settings.get(labelOf(row)) ?? []
    settings.set(labelOf(row), values)
    if (!values.includes(String(row.value))) values.push(String(row.value))
  }
  return found
}

const labelOf = ({ key, subkey }: ValueRow) => (subkey === null ? key : `${key}.${subkey}`)

/** Of each thing its machine, or why it is none; `kinds` are the drivers that there are. In the order of `things`. */
export async function machinesOf(
  view: View,
  things: readonly ThingRow[],
  kinds: readonly string[],
): Promise<(Machine | Unpowered)[]> {
  const settings = await settingsOf(view, things)
  return things.map((thing) => {
    const { name } = thing
    if (view.catalogue.get(thing.driver)?.operations.includes('power') !== true)
      return { tag: 'no-power', thing: name, type: thing.type }
    const own = settings.get(name) ?? new Map<string, readonly string[]>()
    const [kind, ...others] = own.get(KIND) ?? []
    if (kind === undefined) return { tag: 'no-driver', thing: name }
    if (others.length > 0) return { tag: 'two-drivers', thing: name, kinds: [kind, ...others] }
    if (!kinds.includes(kind)) return { tag: 'unknown-driver', thing: name, kind, known: kinds }
    const several = [...own].find(([, values]) => values.length > 1)
    if (several) return { tag: 'bad-setting', thing: name, reason: `${several[0]} has several values` }
    const single = [...own].map(([label, values]) => [label, values[0] ?? ''] as const)
    return { id: thing.id, name, kind, settings: Object.fromEntries(single) }
  })
}

export const isMachine = (found: Machine | Unpowered): found is Machine => 'settings' in found
