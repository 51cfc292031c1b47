// Which shipped driver a device type is like: its ports tell, and where they do not its maker and model.
import { type DevicePort, type DeviceType, isVirtual, type PortFamily } from './device-type.ts'

/**
 * What words say about equipment, such as the name of a role. In this order: a "Console Server" is no server, a
 * "Router/Firewall" a firewall.
 */
export const ROLE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/console|terminal.?server/i, 'consoleserver'],
  [/\bpdu\b|power|\bups\b/i, 'powerstrip'],
  [/patch|panel|cable.?manage|enclosure/i, 'appliance'],
  [/firewall/i, 'firewall'],
  [/load.?balanc/i, 'loadbalancer'],
  [/switch|\btor\b|\bleaf\b|\bspine\b/i, 'networkswitch'],
  [/router|routing|gateway/i, 'router'],
  [/server|compute|hypervisor|host|database|node/i, 'server'],
]

// Maker and model as one text, `Cisco Nexus 93180YC-FX`: lines of products that stand for one kind.
const PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [
    /firewall|fortigate|\bpalo alto\b|\bpa-\d|\bsrx\d|\bfirepower|\basa ?\d|check ?point|sonicwall|netgate|watchguard|sophos|stormshield/i,
    'firewall',
  ],
  [
    /load.?balanc|loadmaster|big-?ip|netscaler|\bcitrix (?:mpx|sdx|vpx)|\b[ms]px-\d|\bthunder \d|alteon/i,
    'loadbalancer',
  ],
  [/server|poweredge|proliant|supermicro|primergy|thinksystem|\bucs ?[bcx]|\bpc engines\b|synergy \d|\bnuc/i, 'server'],
  [
    /switch|catalyst|\bnexus|arista|\bqfx|\bex\d{4}|procurve|\bicx|edge-?core|mellanox|\b(?:hpe?|aruba) (?:aruba )?\d{4}/i,
    'networkswitch',
  ],
  [/router|\b[ai]sr ?-?\d|\bmx\d|\bacx\d|\bptx\d|\bncs|\bccr\d|gateway/i, 'router'],
]

/** The board that a server is managed through, and nothing else has. */
const BOARD = /\b(?:idrac|ilo|bmc|ipmi|cimc|xcc|irmc|imm)\d*\b/i

// As many ports as no machine has that is not there to join others.
const MANY = 16

/** `server`, `powerstrip`, …; `appliance` where nothing tells. */
export function kindOf(type: DeviceType): string {
  const count = (family: PortFamily) => type.ports.filter((port) => port.family === family).length
  const lines = count('consoleserverport')
  const outlets = count('poweroutlet')
  const interfaces = type.ports.filter(isCabled).length
  // A PDU with a line to a second one is a PDU; a switch that feeds one thing remains a switch.
  if (outlets > 0 && outlets >= lines && outlets > interfaces) return 'powerstrip'
  if (lines > 0) return 'consoleserver'
  if (type.subdevice === 'parent') return 'appliance'
  if (count('frontport') + count('rearport') > 0 && count('interface') === 0) return 'appliance'
  if (type.ports.some(({ family, name }) => family === 'interface' && BOARD.test(name))) return 'server'
  const named = `${type.manufacturer} ${type.model}`
  const product = PRODUCTS.find(([words]) => words.test(named))?.[1]
  // Of what has no port and no bay for one, a name alone makes no machine: rails, shelves, blank panels.
  const isMachine = type.ports.length + type.bays.length > 0
  if (product !== undefined && isMachine) return product
  if (interfaces >= MANY) return 'networkswitch'
  return type.subdevice === 'child' && isMachine ? 'server' : 'appliance'
}

const isCabled = ({ family, connector, management }: DevicePort): boolean =>
  family === 'interface' && !management && !isVirtual(connector)
