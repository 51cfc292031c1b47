// A small inventory written row by row, for tests of what reads it.
import { nameKey } from '../../src/grammar/name.ts'
import { readNumber } from '../../src/grammar/number.ts'
import type { Change } from '../../src/inventory/change.ts'
import type { ThingRow } from '../../src/inventory/rows.ts'
import { refreshClosure } from '../../src/inventory/write/closure.ts'

export interface Scene {
  /** Name and driver. */
  readonly things: Readonly<Record<string, string>>
  /** Container, content, lowest and highest unit, face. */
  readonly edges?: readonly (readonly [string, string, number?, number?, string?])[]
  /** Both ends of cables, `server1:nic-eth:1`. */
  readonly cables?: readonly (readonly [string, string])[]
  /** Holder (a thing or a port of it), key with subkey and number, value as text, type (text unless said). */
  readonly attributes?: readonly (readonly [string, string, string, string?])[]
  /** Address, network, holder. */
  readonly addresses?: readonly (readonly [string, string, string])[]
}

/** Writes all of it; answers with the things by name. */
export async function writeScene(change: Change, scene: Scene): Promise<Record<string, ThingRow>> {
  const rows = Object.entries(scene.things).map(([name, driver]) => ({
    name,
    name_key: nameKey(name),
    driver,
    type: change.catalogue.get(driver)?.type ?? driver,
  }))
  const things = Object.fromEntries((await change.insert('things', rows)).map((thing) => [thing.name, thing]))
  const id = (name: string) => {
    const thing = things[name]
    if (!thing) throw new Error(`the scene has no ${name}`)
    return thing.id
  }
  const edges = (scene.edges ?? []).map(([parent, child, low, high, face]) => ({
    parent_id: id(parent),
    child_id: id(child),
    u_low: low ?? null,
    u_high: high ?? low ?? null,
    face: face ?? null,
  }))
  await change.insert('edges', edges)
  await refreshClosure(
    change,
    edges.map(({ child_id }) => child_id),
  )
  const port = (label: string) => {
    const [name = '', type = '', number = ''] = label.split(':')
    return { id: id(name), type, number: Number(number) }
  }
  const ends = (scene.cables ?? []).flatMap(([a, b]) => [[port(a), port(b)] as const, [port(b), port(a)] as const])
  await change.insert(
    'links',
    ends.map(([here, there]) => ({
      thing_id: here.id,
      port_type: here.type,
      port_number: here.number,
      peer_id: there.id,
      peer_type: there.type,
      peer_number: there.number,
    })),
  )
  await change.insert(
    'attributes',
    (scene.attributes ?? []).map(([holder, fullKey, text, type = 'text']) => {
      const [, key = '', subkey = '', number] = /^([^.#]+)(?:\.([^#]+))?(?:#(\d+))?$/.exec(fullKey) ?? []
      const [name = '', ...rest] = holder.split(':')
      return {
        thing_id: id(name),
        port: rest.join(':'),
        key,
        subkey,
        number: number === undefined ? null : Number(number),
        type,
        text,
        num: readNumber(text),
        at: type === 'datetime' ? text : null,
        ref_id: type === 'reference' ? id(text) : null,
      }
    }),
  )
  await change.insert(
    'addresses',
    (scene.addresses ?? []).map(([address, network, holder]) => ({
      address,
      network_id: id(network),
      thing_id: id(holder),
      port: '',
      state: holder === network ? ('reserved' as const) : ('bound' as const),
    })),
  )
  return things
}
