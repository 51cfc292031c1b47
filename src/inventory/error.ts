// What the inventory refuses, as codes with facts. The wording is in bot/render.

/** Why a resource cannot be as it would be. */
export type ResourceFault =
  | 'several'
  | 'cidr-form'
  | 'host-bits'
  | 'address-form'
  | 'mask-form'
  | 'mask-missing'
  | 'address-missing'
  | 'cidr-differs'
  | 'gateway-form'
  | 'gateway-outside'
  | 'gateway-unusable'
  | 'would-exclude'
  | 'would-have-none'
  | 'no-network'
  | 'vid'
  | 'whole-number'
  | 'backwards'
  | 'basename'
  | 'no-class'
  | 'vip-address'

export interface InventoryFacts {
  'unknown-thing': { readonly name: string; readonly at?: number; readonly suggestions: readonly string[] }
  /** Several things answer to a hostname, serial number, MAC or IP address. */
  'ambiguous-thing': { readonly name: string; readonly at?: number; readonly matches: readonly string[] }
  'unknown-driver': { readonly name: string; readonly at?: number | undefined; readonly suggestions: readonly string[] }
  'ambiguous-driver': {
    readonly name: string
    readonly at?: number | undefined
    readonly suggestions: readonly string[]
  }
  'unknown-type': { readonly name: string; readonly at?: number | undefined; readonly suggestions: readonly string[] }
  /** A write names pools, roles, classes or things that do not exist. */
  'unknown-in-expression': {
    readonly unknown: readonly { readonly kind: string; readonly name: string; readonly at: number }[]
    readonly suggestions: readonly string[]
  }
  'name-taken': { readonly name: string; readonly by: string }
  /** A role stands where a service is named. */
  'role-as-name': { readonly role: string; readonly service: string | null }
  'illegal-name': { readonly name: string; readonly reason: string; readonly at?: number }
  'same-name-twice': { readonly name: string }
  'range-mismatch': { readonly from: number; readonly to: number }
  'illegal-key': { readonly key: string; readonly reason: 'form' | 'reserved' | 'secret'; readonly at?: number }
  'illegal-value': { readonly value: string; readonly reason: string; readonly at?: number }
  /** An attribute of a network, a VLAN, … that such a thing cannot have; `detail` is what the fault is about. */
  'illegal-resource': {
    readonly thing: string
    readonly key: string
    readonly value: string
    readonly fault: ResourceFault
    readonly detail: string
  }
  'no-such-attribute': { readonly thing: string; readonly key: string; readonly values: readonly string[] }
  'read-only-past': { readonly at?: number }
  'nothing-selected': { readonly expression: string }
  'too-few': {
    readonly wanted: number
    readonly found: number
    readonly distinct: string | null
    /** Of an allocation: how many it may take of one container, and what became of all that match. */
    readonly allocation?: {
      readonly spread: readonly { readonly per: string; readonly most: number }[]
      /** However many of them there are in one container. Counts end at 10,001. */
      readonly free: number
      readonly allocated: number
      readonly protected: number
      /** Who has been given some of them, the latest first. */
      readonly holders: readonly { readonly thing: string; readonly by: string; readonly version: number }[]
      /** Who has lately been given what matched until then. */
      readonly lately: readonly { readonly thing: string; readonly by: string; readonly version: number }[]
    }
  }
  /** Two types of containers, of which neither always stands in the other. */
  'spread-unclear': { readonly types: readonly [string, string] }
  /** Things that serve in a cluster, a VIP or a service. */
  'still-serving': {
    readonly members: readonly { readonly thing: string; readonly kind: string; readonly group: string }[]
    readonly total: number
  }
  /** `read`: too many for an answer, not for a change. */
  'too-many-selected': { readonly limit: number; readonly found: number; readonly read?: boolean }
  /** A VLAN that is named by a number; `isVid`: it could be one's. */
  'unknown-vid': { readonly vid: string; readonly isVid: boolean }
  /** `near`: those that may be meant, where all that it `has` are too many or of other kinds. */
  'unknown-port': {
    readonly thing: string
    readonly port: string
    readonly has: readonly string[]
    readonly near?: readonly string[]
  }
  'ambiguous-port': { readonly thing: string; readonly port: string; readonly matches: readonly string[] }
  /** Another driver lacks a port at which there is a cable (to `peer`) or only attributes (`peer` is null). */
  'port-in-use': {
    readonly thing: string
    readonly driver: string
    readonly port: string
    readonly peer: string | null
    /** The driver itself changes, and the thing keeps it. */
    readonly update?: boolean
  }
  'port-taken': { readonly port: string; readonly peer: string }
  'no-free-port': { readonly thing: string; readonly type: string }
  'no-common-port': {
    readonly a: string
    readonly b: string
    readonly aHas: readonly string[]
    readonly bHas: readonly string[]
  }
  'port-types-differ': { readonly a: string; readonly b: string }
  'self-connection': { readonly thing: string }
  'not-connected': { readonly port: string; readonly peer?: string }
  /** What is at the other end knows no VLANs. */
  'not-a-switch': { readonly port: string; readonly peer: string; readonly driver: string }
  'not-a-container': { readonly container: string; readonly driver: string; readonly thing: string }
  'not-in': { readonly thing: string; readonly container: string }
  'already-located': { readonly thing: string; readonly location: string; readonly wanted: string }
  cycle: { readonly thing: string; readonly container: string }
  'pool-conflict': {
    readonly thing: string
    readonly pool: string
    readonly other: string
    readonly kind: 'exclusive' | 'unique'
  }
  /**
   * `also`: further things of which the same is true, of `total` in all, where it is more than one. `taken`: the class
   * was about to be taken away.
   */
  'role-needs-class': {
    readonly thing: string
    readonly role: string
    readonly missing: readonly string[]
    readonly also?: readonly string[]
    readonly total?: number
    readonly taken?: true
  }
  /** A role is to require classes which things lack that have it. */
  'class-not-held': {
    readonly role: string
    readonly classes: readonly string[]
    readonly things: readonly string[]
    readonly total: number
  }
  'not-required': { readonly role: string; readonly class: string }
  'service-elsewhere': { readonly service: string; readonly on: readonly string[] }
  /** `on` are the things that the service runs on, `has` the services of the thing. */
  'not-its-service': {
    readonly service: string
    readonly thing: string
    readonly on: readonly string[]
    readonly has: readonly string[]
  }
  /** A VIP holds services whole or machine by machine; with this one, `also` would come in with it. */
  'vip-ambiguous': { readonly vip: string; readonly service: string; readonly thing: string; readonly also: string }
  /** An attribute that a resource needs is not there, or no whole number. */
  'setting-missing': { readonly thing: string; readonly key: string }
  'names-used-up': {
    readonly source: string
    readonly basename: string
    readonly digits: number
    readonly given: number
    readonly wanted: number
    readonly left: number
  }
  'numbers-used-up': {
    readonly source: string
    readonly min: number
    readonly max: number
    readonly wanted: number
    readonly left: number
  }
  /** Null where it was not said which number. */
  'number-not-held': {
    readonly thing: string
    readonly source: string
    readonly number: number | null
    readonly holds: readonly number[]
  }
  'units-taken': { readonly rack: string; readonly units: string; readonly by: string }
  'units-outside': { readonly rack: string; readonly units: string; readonly min: number; readonly max: number }
  /** A picture of a rack is asked of something else; `racks` are those that it is in, or that are in it. */
  'no-elevation': {
    readonly thing: string
    readonly type: string
    readonly at: number
    readonly racks: readonly string[]
  }
  'nothing-to-draw': { readonly expression: string; readonly suggestions: readonly string[] }
  /** More things than one picture can show, `near` of which are only neighbours. */
  'graph-too-large': {
    readonly selected: number
    readonly capped: boolean
    readonly near: number
    readonly limit: number
  }
  'units-needed': { readonly thing: string; readonly rack: string }
  'not-a-rack': { readonly container: string; readonly driver: string }
  /** What hangs on the things that are to be deleted. */
  'still-in-use': {
    readonly things: readonly string[]
    readonly hanging: readonly { readonly thing: string; readonly what: string }[]
    readonly total: number
  }
  'unknown-version': { readonly version: number; readonly latest: number }
  'nothing-to-undo': { readonly operator: string }
  /** Later versions touched the same rows, or constraints no longer hold. */
  'undo-conflict': {
    readonly version: number
    /** `command`: of the later version. */
    readonly conflicts: readonly { readonly what: string; readonly by: number; readonly command: string }[]
  }
  /** A job has written it: what it did outside of the inventory is not undone by rows. */
  'made-by-job': { readonly version: number; readonly job: string; readonly command: string }
  'undo-violates': { readonly version: number; readonly reason: string }
  'address-taken': { readonly address: string; readonly by: string }
  /** An address of a network's own, or a reserved one, without `force`. */
  'special-address': {
    readonly address: string
    readonly network: string
    readonly special: 'network' | 'broadcast' | 'anycast' | 'gateway' | 'reserved'
  }
  'address-outside': { readonly address: string; readonly network: string; readonly cidr: string }
  'no-network': { readonly address: string }
  /** An address lies in several networks, or is held in several. */
  'ambiguous-network': { readonly address: string; readonly networks: readonly string[] }
  'no-cidr': { readonly network: string }
  'network-full': { readonly network: string; readonly cidr: string; readonly wanted: number; readonly free: number }
  /** Null: it is not said whose the address is. */
  'not-holder': {
    readonly address: string
    readonly thing: string | null
    readonly by: string
    readonly reserved: boolean
  }
  'illegal-address': { readonly address: string; readonly reason: string }
  /** Things have the driver, or other drivers extend it. */
  'driver-in-use': { readonly driver: string; readonly things: number; readonly heirs: readonly string[] }
  'driver-ships': { readonly driver: string }
  'not-a-type': {
    readonly thing: string
    readonly type: string
    readonly wanted: string
    readonly at?: number
  }
  'not-deletable': { readonly thing: string; readonly reason: string }
  /** What would be destroyed, or emptied, is protected; `others` more of what was named are. */
  'protected-thing': {
    readonly thing: string
    readonly reason: string
    readonly by: string | null
    readonly since: string | null
    readonly others: number
  }
  /** What the bot itself runs on, or is fed or connected by; `others` more of what was named are. */
  'runs-bot': {
    readonly thing: string
    /** What runs on it, or depends on it. */
    readonly runs: 'bot' | 'database'
    readonly how: 'itself' | 'holds' | 'connects' | 'feeds'
    /** The thing that it holds, connects or feeds; of `itself` its own name. */
    readonly of: string
    readonly others: number
  }
  /** Locked by somebody else; `others` more of the things are. */
  'locked-thing': {
    readonly thing: string
    readonly owner: string
    readonly since: string | null
    readonly until: string | null
    readonly reason: string
    readonly others: number
  }
  /** No new job and no destroy for these things; for everything where none is named, or the scope is null. */
  frozen: {
    readonly id: number
    readonly scope: string | null
    readonly by: string
    readonly since: string
    readonly until: string | null
    readonly because: string | null
    readonly things: readonly string[]
  }
  'regex-too-slow': { readonly source: string }
}

export type InventoryCode = keyof InventoryFacts

/** Why the inventory refused, as plain data. */
export type InventoryRefusal = {
  readonly [C in InventoryCode]: { readonly source: 'inventory'; readonly code: C; readonly facts: InventoryFacts[C] }
}[InventoryCode]

// A code and its facts belong together by construction, which the type of an error of any code cannot say.
export const refusalOf = ({ code, facts }: InventoryError): InventoryRefusal =>
  ({ source: 'inventory', code, facts }) as InventoryRefusal

/** The inventory refuses: nothing was changed. */
export class InventoryError<C extends InventoryCode = InventoryCode> extends Error {
  override readonly name = 'InventoryError'
  readonly code: C
  readonly facts: InventoryFacts[C]

  constructor(code: C, facts: InventoryFacts[C]) {
    super(`${code} ${JSON.stringify(facts)}`)
    this.code = code
    this.facts = facts
  }
}
