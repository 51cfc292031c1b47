// What a file says about the inventory, whatever its format: one neutral, frozen draft, with the line or the object that
// each statement came from. Nothing in it has been compared with what is there yet.
import type { Key, Units, Value } from '../../grammar/ast.ts'
import type { NamedSpec } from '../catalogue.ts'
import type { InventoryRefusal } from '../error.ts'

/** Where a statement stands in the file. */
export interface Origin {
  /** Counted from 1; null where the file is not read by lines. */
  readonly line: number | null
  /** The object in the words of its file (`dcim.device 12`), or null. */
  readonly object: string | null
}

export interface DraftDriver {
  readonly named: NamedSpec
  readonly origin: Origin
}

/** All values that a thing or a port has under exactly this key: they replace those that are there. */
export interface DraftAttribute {
  /** Empty for the thing itself, else `nic-eth:1`. */
  readonly port: string
  readonly key: Key
  readonly values: readonly Value[]
}

export interface DraftPlace {
  readonly container: string
  readonly units: Units | null
  readonly face: 'front' | 'rear' | null
}

export interface DraftThing {
  readonly name: string
  /** Null for a thing that must be there already. */
  readonly driver: string | null
  readonly attributes: readonly DraftAttribute[]
  readonly places: readonly DraftPlace[]
  /** What the file calls it, for the counts: `device`, `tag`; null for the driver's name. */
  readonly kind: string | null
  readonly origin: Origin
}

export interface DraftPort {
  readonly thing: string
  readonly type: string
  readonly number: number
}

export interface DraftCable {
  /** The end whose line it is from. */
  readonly a: DraftPort
  readonly b: DraftPort
  readonly origin: Origin
}

export interface DraftAddress {
  readonly address: string
  /** The network by name; empty outside of any; null to find the narrowest one that holds the address. */
  readonly network: string | null
  /** Who holds it; its network where nobody does. */
  readonly thing: string
  readonly port: string
  readonly origin: Origin
}

export interface Draft {
  readonly drivers: readonly DraftDriver[]
  readonly things: readonly DraftThing[]
  readonly cables: readonly DraftCable[]
  readonly addresses: readonly DraftAddress[]
  /** The file knows best: cables and addresses of others give way. Otherwise only those of the line's own thing do. */
  readonly authoritative: boolean
}

/** A statement that cannot be taken. */
export interface Refusal {
  /** Which of several files. */
  readonly file?: string
  readonly line: number | null
  readonly reason: string
  /** What the inventory itself refused, of which object: told in its words instead of `reason`. */
  readonly because?: { readonly object: string | null; readonly refusal: InventoryRefusal }
}

/** A name that had to be changed. */
export interface Mangled {
  readonly kind: string
  readonly original: string
  readonly name: string
}

/** A file as read: its draft, and what was refused or left out on the way. */
export interface Reading {
  readonly draft: Draft
  readonly refused: readonly Refusal[]
  readonly mangled: readonly Mangled[]
  /** How many of each kind were not taken, with the reason. */
  readonly notTaken: readonly { readonly kind: string; readonly count: number; readonly reason: string }[]
}

/** A refusal that names the object where there is no line to name. */
export const refuse = ({ line, object }: Origin, reason: string): Refusal => ({
  line,
  reason: object === null ? reason : `${object}: ${reason}`,
})
