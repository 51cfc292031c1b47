// Reads a NetBox `dumpdata` fixture. docs/import-netbox.md says what becomes what; what does not is counted.
import type { Catalogue } from '../../catalogue.ts'
import type { Reading } from '../draft.ts'
import { readText } from '../text.ts'
import { readCables, readCircuits } from './cables.ts'
import { readDevices, readVirtual } from './devices.ts'
import { readDrivers } from './drivers.ts'
import { Fixture } from './fixture.ts'
import { nameAll } from './names.ts'
import { readNetworks } from './networks.ts'
import { readGroups, readPlaces } from './places.ts'
import { PortIndex } from './ports.ts'
import { Sketch } from './sketch.ts'

/** Throws UnreadableFile where the file is cut off or not NetBox's. */
export function readNetbox(bytes: Uint8Array, catalogue: Catalogue): Reading {
  const fixture = new Fixture(readText(bytes))
  const names = nameAll(fixture)
  const sketch = new Sketch(fixture, names)
  const ports = new PortIndex(fixture, 'device')
  const templates = new PortIndex(fixture, 'device_type')
  const drivers = readDrivers(fixture, templates, ports, catalogue)
  readGroups(sketch)
  readPlaces(sketch)
  readCircuits(sketch)
  const book = readDevices(sketch, drivers, ports)
  readVirtual(sketch, catalogue, book)
  readNetworks(sketch, book)
  readCables(sketch, book)
  return {
    draft: sketch.draft(drivers.drivers),
    refused: dedupe(fixture.refused),
    mangled: names.mangled,
    notTaken: [...sketch.left(), ...rest(fixture)],
  }
}

const dedupe = <T extends { readonly reason: string }>(rows: readonly T[]): readonly T[] => [
  ...new Map(rows.map((row) => [row.reason, row])).values(),
]

// Part of a driver already, or worked out from the rest.
const CONTAINED = /template$|^dcim\.cablepath$|^extras\.customfield$|^contenttypes\./
const SECRET = /^(?:auth|sessions|users|admin|account|social_django|django_rq)\./

function rest(fixture: Fixture): Reading['notTaken'] {
  return [...fixture.rest()].flatMap(([kind, count]) => {
    if (CONTAINED.test(kind)) return []
    const reason = SECRET.test(kind) ? 'accounts and sessions are never taken' : reasonOf(kind)
    return [{ kind, count, reason }]
  })
}

function reasonOf(kind: string): string {
  switch (kind) {
    case 'dcim.devicebay':
    case 'dcim.modulebay':
      return 'nothing is in them'
    case 'dcim.manufacturer':
    case 'dcim.platform':
    case 'ipam.asn':
    case 'ipam.rir':
    case 'ipam.vrf':
    case 'ipam.routetarget':
    case 'ipam.vlangroup':
    case 'virtualization.clustertype':
    case 'virtualization.clustergroup':
    case 'circuits.circuittype':
    case 'circuits.provider':
    case 'tenancy.contact':
    case 'tenancy.contactrole':
      return 'nothing that is taken refers to them'
    default:
      return 'the inventory has no place for them'
  }
}
