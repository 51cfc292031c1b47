// The rows of the base tables, and the columns that a change writes. `id` and `from_v` are every table's.

export interface ThingRow {
  readonly id: number
  readonly name: string
  readonly name_key: string
  readonly driver: string
  readonly type: string
}

export interface AttributeRow {
  readonly id: number
  readonly thing_id: number
  /** Empty for an attribute of the thing itself, else `nic-eth:1`. */
  readonly port: string
  readonly key: string
  readonly subkey: string
  readonly number: number | null
  /** The tag of a grammar `Value`. */
  readonly type: string
  /** The value as text: canonical, whatever its type; a reference holds the name that the thing had then. */
  readonly text: string
  /** What it compares as where it is a number, or text such as `16G`: decimal digits. */
  readonly num: string | null
  /** ISO date-time in UTC where it is one. */
  readonly at: string | null
  readonly ref_id: number | null
}

export interface EdgeRow {
  readonly id: number
  readonly parent_id: number
  readonly child_id: number
  readonly u_low: number | null
  readonly u_high: number | null
  /** `front`, `rear`, or null for both. */
  readonly face: string | null
}

/** One end of a cable; the other end is a row of its own with the two sides exchanged. */
export interface LinkRow {
  readonly id: number
  readonly thing_id: number
  readonly port_type: string
  readonly port_number: number
  readonly peer_id: number
  readonly peer_type: string
  readonly peer_number: number
}

export interface AddressRow {
  readonly id: number
  /** Without a mask. */
  readonly address: string
  readonly network_id: number | null
  /** Who holds it: a thing, or the network itself where it is only reserved. */
  readonly thing_id: number
  readonly port: string
  readonly state: 'bound' | 'reserved'
}

export interface DriverRow {
  readonly id: number
  readonly name: string
  readonly name_key: string
  readonly spec: object
}

export interface Rows {
  readonly drivers: DriverRow
  readonly things: ThingRow
  readonly attributes: AttributeRow
  readonly edges: EdgeRow
  readonly links: LinkRow
  readonly addresses: AddressRow
}

export type Table = keyof Rows

/** The columns of each table beside `id` and `from_v`, with their types in Postgres. */
export const COLUMNS: { readonly [T in Table]: Readonly<Record<string, string>> } = {
  drivers: { name: 'text', name_key: 'text', spec: 'jsonb' },
  things: { name: 'text', name_key: 'text', driver: 'text', type: 'text' },
  attributes: {
    thing_id: 'bigint',
    port: 'text',
    key: 'text',
    subkey: 'text',
    number: 'integer',
    type: 'text',
    text: 'text',
    num: 'numeric',
    at: 'timestamptz',
    ref_id: 'bigint',
  },
  edges: {
    parent_id: 'bigint',
    child_id: 'bigint',
    u_low: 'double precision',
    u_high: 'double precision',
    face: 'text',
  },
  links: {
    thing_id: 'bigint',
    port_type: 'text',
    port_number: 'integer',
    peer_id: 'bigint',
    peer_type: 'text',
    peer_number: 'integer',
  },
  addresses: { address: 'inet', network_id: 'bigint', thing_id: 'bigint', port: 'text', state: 'text' },
}

/** The columns that say which things a row is about: whose history it belongs to, whose scope it touches. */
export const SUBJECTS: { readonly [T in Table]: readonly string[] } = {
  drivers: [],
  things: ['id'],
  attributes: ['thing_id'],
  edges: ['parent_id', 'child_id'],
  links: ['thing_id'],
  addresses: ['thing_id', 'network_id'],
}

export const TABLES: readonly Table[] = ['drivers', 'things', 'attributes', 'edges', 'links', 'addresses']
