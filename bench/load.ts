// Writes the datacenter of data.ts into an empty inventory on Postgres as one version: straight into the tables, with
// the checks off and the indexes made afterwards, so that a million servers take minutes.
import pg from 'pg'
import { TABLES } from '../src/inventory/rows.ts'
import { copyInto, type Field } from './copy.ts'
import { ADDRESSES, addressOf, type Datacenter, rackName, type Server } from './data.ts'

const VERSION = 1

/** `url` is that of a migrated and empty inventory; its user may switch foreign keys off. */
export async function load(url: string, datacenter: Datacenter): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin; set local session_replication_role = replica')
    // Of a table that this transaction has emptied, nothing need be logged, and rows need no vacuum later.
    await client.query(`truncate ${[...TABLES, 'closure'].join(', ')} cascade`)
    const restore = await dropIndexes(client)
    const copy = (table: string, columns: string, rows: Iterable<readonly Field[]>) =>
      copyInto(client, table, columns.split(' '), rows, 'with (freeze)')
    const ids = new Ids(datacenter)
    await copy('things', 'id name name_key driver type from_v', things(datacenter, ids))
    await copy('edges', 'id parent_id child_id u_low u_high from_v', edges(datacenter, ids))
    await copy(
      'links',
      'id thing_id port_type port_number peer_id peer_type peer_number from_v',
      links(datacenter, ids),
    )
    await copy('attributes', 'id thing_id key subkey type text num from_v', attributes(datacenter, ids))
    await copy('addresses', 'id address network_id thing_id port state from_v', addresses(datacenter, ids))
    await client.query(`select setval('ids', $1::bigint)`, [ids.next()])
    await client.query(
      `insert into versions (version, at, operator, command) values ($1, clock_timestamp(), 'os:bench', 'import bench')`,
      [VERSION],
    )
    for (const statement of restore) await client.query(statement)
    await fillClosure(client)
    await client.query('commit')
    // As autovacuum leaves it after a while.
    for (const table of [...TABLES, 'closure', 'versions']) await client.query(`vacuum analyze ${table}`)
  } finally {
    await client.end()
  }
}

/** Drops what no constraint needs; answers with the statements that make it again. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
     where t.relname = any($1::text[]) and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
    [[...TABLES, 'closure']],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}

async function fillClosure(client: pg.Client): Promise<void> {
  await client.query(
    `insert into closure (ancestor_id, descendant_id, depth, grouped)
     with recursive above (ancestor_id, descendant_id, depth, grouped) as (
       select parent_id, child_id, 1, true from edges
       union all
       select e.parent_id, a.descendant_id, a.depth + 1, a.grouped and between.type = 'pool'
       from above a join things between on between.id = a.ancestor_id join edges e on e.child_id = between.id)
     select ancestor_id, descendant_id, min(depth), bool_or(grouped) from above group by ancestor_id, descendant_id
     order by descendant_id, ancestor_id`,
  )
}

const POOLS = ['production', 'development', 'dbslave'] as const
// What stands in every rack beside its servers: the rack itself, its switch and its PDU.
const FITTINGS = 3

/** Which thing has which id; `next` gives out those of other rows. */
class Ids {
  readonly dc1 = 1
  readonly pools = { production: 2, development: 3, dbslave: 4 }
  readonly net10 = 5
  readonly #perRack: number
  #last: number

  constructor({ racks, perRack }: Datacenter) {
    this.#perRack = perRack
    this.#last = this.net10 + racks * (FITTINGS + perRack)
  }

  rack(rack: number): { readonly id: number; readonly switch: number; readonly pdu: number } {
    const id = this.net10 + (rack - 1) * (FITTINGS + this.#perRack) + 1
    return { id, switch: id + 1, pdu: id + 2 }
  }

  server({ rack, unit }: Server): number {
    return this.rack(rack).pdu + unit
  }

  next(): number {
    this.#last += 1
    return this.#last
  }
}

function* things(datacenter: Datacenter, ids: Ids): Generator<readonly Field[]> {
  const row = (id: number, name: string, driver: string) => [id, name, name.toLowerCase(), driver, driver, VERSION]
  yield row(ids.dc1, 'dc1', 'datacenter')
  for (const pool of POOLS) yield row(ids.pools[pool], pool, 'pool')
  yield row(ids.net10, 'net10', 'network')
  for (const server of datacenter.make()) {
    if (server.unit === 1) {
      const fitting = ids.rack(server.rack)
      yield row(fitting.id, rackName('rack', server.rack), 'rack')
      yield row(fitting.switch, rackName('sw', server.rack), 'networkswitch')
      yield row(fitting.pdu, rackName('pdu', server.rack), 'powerstrip')
    }
    yield row(ids.server(server), server.name, 'server')
  }
}

function* edges(datacenter: Datacenter, ids: Ids): Generator<readonly Field[]> {
  const row = (child: number, parent: number, unit: number | null) => [ids.next(), parent, child, unit, unit, VERSION]
  for (const server of datacenter.make()) {
    const rack = ids.rack(server.rack)
    if (server.unit === 1) {
      yield row(rack.id, ids.dc1, null)
      yield row(rack.switch, rack.id, 41)
      yield row(rack.pdu, rack.id, 42)
    }
    const id = ids.server(server)
    yield row(id, rack.id, server.unit)
    if (server.pool !== null) yield row(id, ids.pools[server.pool], null)
    if (server.dbslave) yield row(id, ids.pools.dbslave, null)
  }
}

/** Port 1 of each server to the port of the rack's switch, and of its PDU, that has the number of its unit. */
function* links(datacenter: Datacenter, ids: Ids): Generator<readonly Field[]> {
  for (const server of datacenter.make()) {
    const { switch: sw, pdu } = ids.rack(server.rack)
    const id = ids.server(server)
    for (const [type, device] of [['nic-eth', sw] as const, ['pwr-nema-5', pdu] as const]) {
      yield [ids.next(), id, type, 1, device, type, server.unit, VERSION]
      yield [ids.next(), device, type, server.unit, id, type, 1, VERSION]
    }
  }
}

function* attributes(datacenter: Datacenter, ids: Ids): Generator<readonly Field[]> {
  function* rows(thing: number, values: Readonly<Record<string, string | number>>): Generator<readonly Field[]> {
    for (const [name, value] of Object.entries(values)) {
      const [key = '', subkey = ''] = name.split('.')
      const [type, num] = typeof value === 'number' ? ['integer', value] : ['text', null]
      yield [ids.next(), thing, key, subkey, type, value, num, VERSION]
    }
  }
  yield* rows(ids.net10, { cidr: '10.0.0.0/16' })
  for (const server of datacenter.make()) {
    if (server.unit === 1) yield* rows(ids.rack(server.rack).id, { minu: 1, maxu: 45 })
    yield* rows(ids.server(server), facts(server))
  }
}

function facts({ number, name, status, role, owner, memory, cpucount, os }: Server): Record<string, string | number> {
  return {
    status,
    role,
    owner,
    'system.memory': memory,
    'system.cpucount': cpucount,
    'system.serial': `SN${String(number).padStart(8, '0')}`,
    os,
    description: `${role} server ${name} of ${owner}`,
  }
}

function* addresses(datacenter: Datacenter, ids: Ids): Generator<readonly Field[]> {
  for (const server of datacenter.make()) {
    if (server.number > ADDRESSES) return
    yield [ids.next(), addressOf(server.number), ids.net10, ids.server(server), 'nic-eth:1', 'bound', VERSION]
  }
}
