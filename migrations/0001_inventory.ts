// The inventory: things, their attributes, containment, port links and addresses, each as a table of current rows with a
// twin of past ones, and the versions that every row's life is counted in.
import type { Knex } from 'knex'

/** A base table: its columns beside `id` and `from_v`, and the indexes that it shares with its twin. */
interface Base {
  readonly table: string
  readonly columns: string
  readonly constraints: readonly string[]
  readonly indexes: readonly string[]
}

// Names compare by bytes (COLLATE "C"): the same order on every machine, and prefixes can use the index.
// Foreign keys are deferred: a version is checked as a whole when it commits.
const refersTo = (column: string, table: string) =>
  `foreign key (${column}) references ${table} (id) deferrable initially deferred`

const BASES: readonly Base[] = [
  {
    table: 'drivers',
    columns: `name text collate "C" not null, name_key text collate "C" not null, spec jsonb not null`,
    constraints: ['unique (name_key) deferrable initially immediate'],
    indexes: ['(name_key)'],
  },
  {
    table: 'things',
    columns: `name text collate "C" not null, name_key text collate "C" not null, driver text collate "C" not null,
      type text collate "C" not null`,
    // Checked at the end of each statement, so that two names can be swapped in one.
    constraints: ['unique (name_key) deferrable initially immediate'],
    indexes: ['(name_key)', '(driver, name_key)', '(type, name_key)', 'using gin (name_key gin_trgm_ops)'],
  },
  {
    // One row a value. `port` is empty for an attribute of the thing itself, else `nic-eth:1`. `text` is the value as
    // text whatever its type; `num` what it compares as where it is a number or a size such as `16G`.
    table: 'attributes',
    columns: `thing_id bigint not null, port text collate "C" not null default '', key text collate "C" not null,
      subkey text collate "C" not null default '', number integer, type text collate "C" not null,
      text text collate "C" not null, num numeric, at timestamptz, ref_id bigint`,
    constraints: [refersTo('thing_id', 'things'), refersTo('ref_id', 'things')],
    indexes: [
      '(thing_id, key)',
      // A btree entry holds at most some 2,700 bytes: the index sees the beginning, the query compares the rest.
      '(key, left(text, 100))',
      '(key, num) where num is not null',
      '(key, at) where at is not null',
      '(ref_id) where ref_id is not null',
      `(lower(left(text, 100))) where key in ('hostname', 'serial', 'mac')`,
    ],
  },
  {
    // A container and what is in it: rack units for things in racks, null elsewhere. Half units occur.
    table: 'edges',
    columns: `parent_id bigint not null, child_id bigint not null, u_low double precision, u_high double precision,
      face text collate "C"`,
    constraints: [
      refersTo('parent_id', 'things'),
      refersTo('child_id', 'things'),
      'unique (parent_id, child_id) deferrable initially immediate',
      'check (parent_id <> child_id)',
      'check (u_low <= u_high)',
    ],
    indexes: ['(parent_id)', '(child_id)'],
  },
  {
    // A cable is two rows, one for each end, so that a port is unique by an ordinary constraint and found by one index.
    table: 'links',
    columns: `thing_id bigint not null, port_type text collate "C" not null, port_number integer not null,
      peer_id bigint not null, peer_type text collate "C" not null, peer_number integer not null`,
    constraints: [
      refersTo('thing_id', 'things'),
      refersTo('peer_id', 'things'),
      'unique (thing_id, port_type, port_number) deferrable initially immediate',
    ],
    indexes: ['(thing_id, port_type, port_number)', '(peer_id)'],
  },
  {
    // Addresses handed out or reserved. An address that nobody holds is held by its network.
    table: 'addresses',
    columns: `address inet not null, network_id bigint, thing_id bigint not null, port text collate "C" not null default '',
      state text collate "C" not null`,
    constraints: [refersTo('network_id', 'things'), refersTo('thing_id', 'things')],
    indexes: ['(address)', '(thing_id)', '(network_id, address)'],
  },
]

export async function up(knex: Knex): Promise<void> {
  await knex.raw('create extension if not exists pg_trgm')
  await knex.raw('create sequence ids as bigint')
  await knex.raw(`create table versions (
    version bigint primary key, at timestamptz not null, operator text not null, message text, command text not null,
    because text, job text, undoes bigint)`)
  await knex.raw('create index on versions (at)')
  await knex.raw('create index on versions (operator, version)')
  for (const base of BASES) {
    const past = `${base.table}_past`
    const columns = `id bigint not null, ${base.columns}, from_v bigint not null`
    await knex.raw(`create table ${base.table} (${[columns, 'primary key (id)', ...base.constraints].join(', ')})`)
    await knex.raw(`create table ${past} (${columns}, to_v bigint not null, check (from_v < to_v))`)
    for (const index of base.indexes) {
      // A unique constraint brings its own index on the table of current rows.
      if (!base.constraints.some((constraint) => constraint.startsWith(`unique ${index} `)))
        await knex.raw(`create index on ${base.table} ${index}`)
      await knex.raw(`create index on ${past} ${index}`)
    }
    await knex.raw(`create index on ${base.table} (from_v)`)
    for (const index of ['(id)', '(from_v)', '(to_v)']) await knex.raw(`create index on ${past} ${index}`)
    // Both lives of a table for questions about the past. No WHERE and identical types, or it is not flattened.
    const names = `id, ${base.columns
      .split(',')
      .map((column) => column.trim().split(/\s/)[0])
      .join(', ')}, from_v`
    await knex.raw(`create view ${base.table}_all as
      select ${names}, 9223372036854775807::bigint as to_v from ${base.table}
      union all select ${names}, to_v from ${past}`)
  }
  // How many things have which value of which key: taken for independent, `status` and `unallocated` are 5 in 1,000 values.
  await knex.raw('create statistics attributes_values (mcv) on key, left(text, 100) from attributes')
  // Derived from edges: every container that a thing is in, at the smallest depth; `grouped` where it is a member, by a
  // way through nothing but groups (a pool in a pool, not a machine in a pool). Kept by one function, closure.ts.
  await knex.raw(`create table closure (ancestor_id bigint not null, descendant_id bigint not null, depth integer not null,
    grouped boolean not null, primary key (descendant_id, ancestor_id))`)
  await knex.raw('create index on closure (ancestor_id, descendant_id)')
  await knex.raw('create index on closure (ancestor_id, descendant_id) where grouped')
  // The next automatic number of a key. Not versioned: a number is never given twice, not even after an undo.
  await knex.raw(`create table counters (thing_id bigint not null, port text not null default '', key text not null,
    next integer not null, primary key (thing_id, port, key))`)
  await knex.raw(
    `create table operators (identity text primary key, admin boolean not null, created_at timestamptz not null)`,
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table operators, counters, closure')
  for (const { table } of BASES.toReversed())
    await knex.raw(`drop view ${table}_all; drop table ${table}, ${table}_past`)
  await knex.raw('drop table versions; drop sequence ids')
}
