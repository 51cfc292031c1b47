// What things hang on: cables with what they are for, and what stands in what. Read as it is needed, a set at a time,
// and kept, so that nothing is asked twice.
import type { Catalogue, Category, PortRole } from '../catalogue.ts'
import { plain, rowsOf, sql } from '../query/fragment.ts'
import { type Moment, sourceAt } from '../query/source.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { portRole } from './ports.ts'

/** What a cable does, seen from one of its ends. */
export type Use = 'fed by' | 'feeds' | 'console at' | 'console of' | 'network' | 'unknown'

export interface End {
  readonly use: Use
  readonly peer: number
}

interface LinkFound extends ThingRow {
  readonly of: number
  readonly port_type: string
  readonly port_number: number
  readonly peer_type: string
  readonly peer_number: number
}

const THING = plain('t.id, t.name, t.name_key, t.driver, t.type')
// What carries a network on: the others only hang on it.
const GEAR = ['networkswitch', 'router', 'firewall']
// The attributes by which a node of a datastore says which machine it runs on.
const MACHINE_KEYS = ['server', 'host', 'machine']
// More of what carries the network than this is not read for one answer.
const MOST_GEAR = 20_000

export class ImpactGraph {
  readonly view: View
  readonly catalogue: Catalogue
  readonly moment: Moment
  readonly #things = new Map<number, ThingRow>()
  readonly #ends = new Map<number, End[]>()
  readonly #roles = new Map<string, PortRole | null>()
  readonly #gear: ReadonlySet<string>

  constructor(view: View, catalogue: Catalogue, moment: Moment) {
    this.view = view
    this.catalogue = catalogue
    this.moment = moment
    this.#gear = new Set(GEAR.flatMap((name) => catalogue.family(name).map((driver) => driver.name)))
  }

  /** Of a thing that was read before. */
  thing(id: number): ThingRow {
    const found = this.#things.get(id)
    if (!found) throw new Error(`the thing ${id} was not read`)
    return found
  }

  note(things: readonly ThingRow[]): void {
    for (const thing of things) this.#things.set(thing.id, thing)
  }

  isGear(id: number): boolean {
    return this.#gear.has(this.thing(id).driver)
  }

  category(id: number): Category | null {
    return this.catalogue.get(this.thing(id).driver)?.category ?? null
  }

  /** The cables of a thing of which they were read (`readCables`). */
  ends(id: number): readonly End[] {
    return this.#ends.get(id) ?? []
  }

  /** Reads all cables of these things. */
  async readCables(ids: Iterable<number>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.#ends.has(id))
    if (wanted.length === 0) return
    const l = sourceAt('links', 'l', this.moment)
    const t = sourceAt('things', 't', this.moment)
    const rows = await rowsOf<LinkFound>(
      this.view.knex,
      sql`select l.thing_id as of, l.port_type, l.port_number, l.peer_type, l.peer_number, ${THING}
        from ${l.from} join ${t.from} on t.id = l.peer_id and ${t.where}
        where l.thing_id = any(${wanted}::bigint[]) and ${l.where}`,
    )
    for (const id of wanted) this.#ends.set(id, [])
    this.note(rows.map(thingOf))
    for (const { of, id, ...cable } of rows) {
      const here = this.#roleOf(of, cable.port_type, cable.port_number)
      const there = this.#roleOf(id, cable.peer_type, cable.peer_number)
      this.#ends.get(of)?.push({ use: useOf(here, there), peer: id })
    }
  }

  /**
   * Reads what stands directly in these places and machines, and the nodes of datastores that run on them. What is in a
   * group, and a machine that belongs to a cluster, stay where they are.
   */
  async readContents(ids: readonly number[]): Promise<number[]> {
    const e = sourceAt('edges', 'e', this.moment)
    const t = sourceAt('things', 't', this.moment)
    const a = sourceAt('attributes', 'a', this.moment)
    const places = ids.filter((id) => STANDING.includes(this.category(id) ?? 'group'))
    if (places.length === 0) return []
    const rows = await rowsOf<ThingRow & { of: number }>(
      this.view.knex,
      sql`select e.parent_id as of, ${THING} from ${e.from} join ${t.from} on t.id = e.child_id and ${t.where}
        where e.parent_id = any(${places}::bigint[]) and ${e.where}
        union all select a.ref_id, ${THING} from ${a.from} join ${t.from} on t.id = a.thing_id and ${t.where}
        where a.ref_id = any(${places}::bigint[]) and a.key = any(${MACHINE_KEYS}::text[]) and t.type = 'dbnode' and ${a.where}`,
    )
    this.note(rows.map(thingOf))
    return [...new Set(rows.flatMap(({ of, id }) => (this.#falls(of, id) ? [id] : [])))]
  }

  #falls(container: number, id: number): boolean {
    const category = this.category(id)
    if (category === null || !STANDING.includes(category)) return false
    return (
      this.category(container) !== 'datastore' || category === 'datastore' || this.thing(id).type === 'virtualserver'
    )
  }

  /** Reads what carries the network between all that these are connected with, and its cables; false where it is too much. */
  async readGear(ids: readonly number[]): Promise<boolean> {
    const drivers = [...this.#gear]
    const l = sourceAt('links', 'l', this.moment)
    const t = sourceAt('things', 't', this.moment)
    const rows = await rowsOf<ThingRow>(
      this.view.knex,
      sql`with recursive reach (id) as (
          select unnest(${ids}::bigint[])
          union select t.id from reach join ${l.from} on l.thing_id = reach.id and ${l.where}
            join ${t.from} on t.id = l.peer_id and ${t.where} and t.driver = any(${drivers}::text[])),
        network as materialized (select id from reach limit ${MOST_GEAR})
        select ${THING} from network join ${t.from} on t.id = network.id and ${t.where}`,
    )
    this.note(rows)
    await this.readCables(rows.map(({ id }) => id))
    return rows.length < MOST_GEAR
  }

  #roleOf(id: number, type: string, number: number): PortRole | null {
    const thing = this.thing(id)
    const slot = `${thing.driver} ${type}:${number}`
    const known = this.#roles.get(slot)
    if (known !== undefined) return known
    const role = portRole(this.catalogue, thing, type, number)
    this.#roles.set(slot, role)
    return role
  }
}

function useOf(here: PortRole | null, there: PortRole | null): Use {
  if (here === 'inlet' && there !== 'inlet') return 'fed by'
  if (there === 'inlet' && here !== 'inlet') return 'feeds'
  if (here === 'device' && there !== 'device') return 'console at'
  if (there === 'device' && here !== 'device') return 'console of'
  return here === 'network' || there === 'network' ? 'network' : 'unknown'
}

const STANDING: readonly Category[] = ['location', 'equipment', 'datastore']

const thingOf = ({ id, name, name_key, driver, type }: ThingRow): ThingRow => ({ id, name, name_key, driver, type })
