// A model of equipment as the device-type files and NetBox itself describe it: what is the same whichever of them it was
// read from.
import type { PortRole } from '../../catalogue.ts'

/** NetBox's kinds of ports, named as its models. */
export type PortFamily =
  | 'interface'
  | 'frontport'
  | 'rearport'
  | 'poweroutlet'
  | 'powerport'
  | 'consoleserverport'
  | 'consoleport'

export interface DevicePort {
  readonly family: PortFamily
  readonly name: string
  /** `1000base-t`, `iec-60320-c14`; empty where it is not said. */
  readonly connector: string
  readonly management: boolean
}

export interface DeviceType {
  readonly manufacturer: string
  readonly model: string
  readonly slug: string
  /** Null where it is not said. */
  readonly units: number | null
  readonly subdevice: '' | 'parent' | 'child'
  /** In the order of the file. */
  readonly ports: readonly DevicePort[]
  /** Names of the bays that modules go into. */
  readonly bays: readonly string[]
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

/**
 * Which of NetBox's ports are of which of our three types, with what they are for. Within a type those that others plug
 * into come first: a PDU's outlets, a console server's lines.
 */
export const PORT_TYPES: Readonly<Record<string, readonly { readonly family: PortFamily; readonly role: PortRole }[]>> =
  {
    'nic-eth': [
      { family: 'interface', role: 'network' },
      { family: 'frontport', role: 'network' },
      { family: 'rearport', role: 'network' },
    ],
    'pwr-nema-5': [
      { family: 'poweroutlet', role: 'outlet' },
      { family: 'powerport', role: 'inlet' },
    ],
    'console-serial': [
      { family: 'consoleserverport', role: 'line' },
      { family: 'consoleport', role: 'device' },
    ],
  }

const VIRTUAL = new Set(['virtual', 'lag', 'bridge'])

/** An interface that is no hardware: no cable fits it. */
export const isVirtual = (connector: string): boolean => VIRTUAL.has(connector)

/** `Palo Alto` -> `palo-alto` */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')

/** The name of the driver: `dell-poweredge-r740`, whether or not the model's slug begins with its maker's. */
export function driverName(maker: string, model: string): string {
  const [make, rest] = [slugOf(maker), slugOf(model)]
  return make === '' || rest === make || rest.startsWith(`${make}-`) ? rest : `${make}-${rest}`
}
