// A port as an operator calls it: by type and number, or by the name that the operating system gives it.
import { InventoryError } from '../error.ts'
import { type PortCell, portLabel, portRole, portsOf } from '../read/ports.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'
import { readPort, unknownPort } from '../write/port.ts'

// So many ports are offered instead of one that is not there.
const NEAR = 3

/**
 * `nic-eth:2`, or `eth1`: the port with that name by its driver or by an attribute of the port, else ethN is nic-eth N+1.
 * Throws `unknown-port`, and `ambiguous-port` where several have the name.
 */
export async function portNamed(view: View, thing: ThingRow, text: string): Promise<PortCell> {
  const ports = await portsOf(view, thing, null)
  const wanted = readPort(text.toLowerCase())
  const byLabel = ports.find(({ type, number }) => type === wanted?.type && number === wanted.number)
  if (byLabel) return byLabel
  const named = ports.filter(({ name }) => name?.toLowerCase() === text.toLowerCase())
  const [port, ...others] = named
  if (others.length > 0)
    throw new InventoryError('ambiguous-port', {
      thing: thing.name,
      port: text,
      matches: named.map(({ type, number }) => portLabel(type, number)),
    })
  const eth = /^eth(0|[1-9]\d{0,3})$/i.exec(text)?.[1]
  const found = port ?? ports.find(({ type, number }) => type === 'nic-eth' && number === Number(eth) + 1)
  if (found) return found
  const names = ports.flatMap(({ name }) => name ?? [])
  const near = ports.filter(({ type, number }) => portRole(view.catalogue, thing, type, number) === 'network')
  throw unknownPort(view, thing, text, {
    extra: [...ports.map(({ type, number }) => portLabel(type, number)), ...names],
    near: near.slice(0, NEAR).map(({ type, number, name }) => name ?? portLabel(type, number)),
  })
}
