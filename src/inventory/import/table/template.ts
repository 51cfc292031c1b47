// An empty table for things of one driver: the heads of its columns, an example, and what the columns mean.
import type { Driver } from '../../catalogue.ts'
import { FIXED, type FixedColumn } from './columns.ts'
import { printRow } from './csv.ts'

const MEANING: Readonly<Record<FixedColumn, string>> = {
  name: 'the name; a name that is there already is changed',
  driver: 'the driver; may be empty for a thing that is there already',
  location: 'the rack, cage, datacenter or zone that it stands in',
  unit: 'rack units, U13 or U11-13',
  face: 'front or rear; empty for both',
  pools: 'pools, classes and roles, apart by ;',
  in: 'other containers, apart by ;',
  cables: 'own port=port at the other end, apart by ; (or a column nic-eth:1 with switch1:nic-eth:4)',
  ports: 'attributes of ports: nic-eth:1 mac=00:50:c2:00:00:01, apart by ;',
  ips: 'addresses, apart by ;, of the thing or of a port: nic-eth:1=10.0.0.7',
}

const EXAMPLES: Readonly<Record<string, string>> = {
  serial: 'SN0001',
  status: 'unallocated',
  cidr: '10.0.0.0/24',
  gateway: '10.0.0.1',
  vid: '203',
  minu: '1',
  maxu: '45',
}

/** The lines of the table; what is no head begins with `#`, which an import leaves out. */
export function templateFor(driver: Driver): readonly string[] {
  const placed = driver.units !== null
  const ports = Object.entries(driver.ports)
  const columns = FIXED.filter((column) => {
    if (column === 'unit' || column === 'face') return placed
    if (column === 'cables' || column === 'ports') return ports.length > 0
    return column !== 'in' || !placed
  })
  const attributes = attributesFor(driver)
  const example: Readonly<Record<FixedColumn, string>> = {
    name: `${driver.name}1`,
    driver: driver.name,
    location: placed ? 'rack1' : driver.category === 'location' ? 'dc1' : '',
    unit: placed ? 'U13' : '',
    face: '',
    pools: driver.category === 'group' ? '' : 'web; prod',
    in: '',
    cables: ports
      .filter(([, { count }]) => count > 0)
      .map(([type, { role }]) => `${type}:1=${PEERS[role]}:${type}:1`)
      .join('; '),
    ports: ports.some(([, { role }]) => role === 'network') ? 'nic-eth:1 mac=00:50:c2:00:00:01' : '',
    ips: ports.some(([, { role }]) => role === 'network') ? 'nic-eth:1=10.0.0.11' : '',
  }
  return [
    printRow([...columns, ...attributes]),
    `# ${printRow([...columns.map((column) => example[column]), ...attributes.map((key) => EXAMPLES[key] ?? '')])}`,
    ...columns.map((column) => `# ${column}: ${MEANING[column]}`),
    '# any other column is an attribute by its key (env, disk.size#0); several values are apart by ;',
    '# values are typed as in a command: 12 is an integer, "12" text; thing:server1 is a reference',
  ]
}

const PEERS = {
  network: 'switch1',
  inlet: 'pdu1',
  outlet: 'server1',
  device: 'console1',
  line: 'server1',
} as const

function attributesFor(driver: Driver): readonly string[] {
  const own = Object.keys(driver.defaults)
  switch (driver.category) {
    case 'equipment':
      return [...new Set(['serial', 'status', ...own])]
    case 'resource':
      return driver.type === 'network' ? ['cidr', 'gateway'] : driver.type === 'vlan' ? ['vid'] : own
    default:
      return own
  }
}
