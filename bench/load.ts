// Writes the datacenter of data.ts into an empty inventory on Postgres as one version: straight into the tables, with
// the checks off and the indexes made afterwards, so that a million servers take minutes.
import type { Knex } from 'knex'
import { COLUMNS, type Rows, TABLES, type Table } from '../src/inventory/rows.ts'
import { ADDRESSES, addressOf, type Datacenter, rackName, type Server } from './data.ts'

// Rows a statement: more gain nothing.
const CHUNK = 20_000
const VERSION = 1

/** `knex` is that of an opened, migrated and empty inventory; its user may switch foreign keys off. */
export async function load(knex: Knex, datacenter: Datacenter): Promise<void> {
  await knex.transaction(async (transaction) => {
    await transaction.raw(`set local session_replication_role = replica`)
    await transaction.raw(`set local statement_timeout = 0`)
    const restore = await dropIndexes(transaction)
    const tables = new Writer(transaction)
    await write(datacenter, tables)
    await tables.flush()
    await transaction.raw(`select setval('ids', ?::bigint)`, [tables.last])
    await transaction.raw(
      `insert into versions (version, at, operator, command) values (?, clock_timestamp(), 'os:bench', 'import bench')`,
      [VERSION],
    )
    for (const statement of restore) await transaction.raw(statement)
    await transaction.raw(
      `insert into closure (ancestor_id, descendant_id, depth, grouped)
       with recursive above (ancestor_id, descendant_id, depth, grouped) as (
         select parent_id, child_id, 1, true from edges
         union all
         select e.parent_id, a.descendant_id, a.depth + 1, a.grouped and between.type = 'pool'
         from above a join things between on between.id = a.ancestor_id join edges e on e.child_id = between.id)
       select ancestor_id, descendant_id, min(depth), bool_or(grouped) from above group by ancestor_id, descendant_id`,
    )
  })
  // As autovacuum leaves it after a while.
  for (const table of [...TABLES, 'closure', 'versions']) await knex.raw(`vacuum analyze ${table}`)
}

/** Drops what no constraint needs; answers with the statements that make it again. */
async function dropIndexes(knex: Knex): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { name: string; definition: string }[] }>(
    `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
     where t.relname = any(?::text[]) and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
    [[...TABLES]],
  )
  for (const { name } of rows) await knex.raw('drop index ??', [name])
  return rows.map(({ definition }) => definition)
}

type Row<T extends Table> = Omit<Rows[T], 'id'>

/** Gathers rows and writes them in chunks. */
class Writer {
  /** The last id given out. */
  last = 0
  readonly #knex: Knex
  readonly #waiting = new Map<Table, object[]>()

  constructor(knex: Knex) {
    this.#knex = knex
  }

  /** Answers with the row's id. */
  async add<T extends Table>(table: T, row: Row<T>): Promise<number> {
    const id = ++this.last
    const waiting = this.#waiting.get(table) ?? []
    waiting.push({ id, ...row })
    this.#waiting.set(table, waiting)
    if (waiting.length >= CHUNK) await this.#write(table)
    return id
  }

  async flush(): Promise<void> {
    for (const table of this.#waiting.keys()) await this.#write(table)
  }

  async #write(table: Table): Promise<void> {
    const columns = Object.keys(COLUMNS[table])
    const declared = Object.entries(COLUMNS[table]).map(([column, type]) => `${column} ${type}`)
    await this.#knex.raw(
      `insert into ${table} (id, ${columns.join(', ')}, from_v)
       select id, ${columns.join(', ')}, ${VERSION} from jsonb_to_recordset(?::jsonb) as r(id bigint, ${declared.join(', ')})`,
      [JSON.stringify(this.#waiting.get(table) ?? [])],
    )
    this.#waiting.set(table, [])
  }
}

async function write({ racks, make }: Datacenter, tables: Writer): Promise<void> {
  const thing = (name: string, driver: string) =>
    tables.add('things', { name, name_key: name.toLowerCase(), driver, type: driver })
  const put = (child_id: number, parent_id: number, unit: number | null = null) =>
    tables.add('edges', { parent_id, child_id, u_low: unit, u_high: unit, face: null })

  const dc1 = await thing('dc1', 'datacenter')
  const pools = {
    production: await thing('production', 'pool'),
    development: await thing('development', 'pool'),
    dbslave: await thing('dbslave', 'pool'),
  }
  const net10 = await thing('net10', 'network')
  await attributes(tables, net10, { cidr: '10.0.0.0/16' })

  let place = { rack: 0, id: 0, switch: 0, pdu: 0 }
  for (const server of make()) {
    if (server.rack !== place.rack) {
      const id = await thing(rackName('rack', server.rack), 'rack')
      await attributes(tables, id, { minu: 1, maxu: 45 })
      await put(id, dc1)
      place = {
        rack: server.rack,
        id,
        switch: await thing(rackName('sw', server.rack), 'networkswitch'),
        pdu: await thing(rackName('pdu', server.rack), 'powerstrip'),
      }
      await put(place.switch, id, 41)
      await put(place.pdu, id, 42)
    }
    const id = await thing(server.name, 'server')
    await attributes(tables, id, facts(server))
    await put(id, place.id, server.unit)
    await cable(tables, 'nic-eth', id, place.switch, server.unit)
    await cable(tables, 'pwr-nema-5', id, place.pdu, server.unit)
    if (server.pool !== null) await put(id, pools[server.pool])
    if (server.dbslave) await put(id, pools.dbslave)
    if (server.number <= ADDRESSES)
      await tables.add('addresses', {
        address: addressOf(server.number),
        network_id: net10,
        thing_id: id,
        port: 'nic-eth:1',
        state: 'bound',
      })
  }
  if (place.rack !== racks) throw new Error(`${racks} racks were wanted, ${place.rack} made`)
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

async function attributes(tables: Writer, thing_id: number, values: Record<string, string | number>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const [key = '', subkey = ''] = name.split('.')
    const integer = typeof value === 'number'
    await tables.add('attributes', {
      thing_id,
      port: '',
      key,
      subkey,
      number: null,
      type: integer ? 'integer' : 'text',
      text: String(value),
      num: integer ? String(value) : null,
      at: null,
      ref_id: null,
    })
  }
}

/** Port 1 of the server to the port of the rack's device that has the number of its unit. */
async function cable(tables: Writer, type: string, server: number, device: number, unit: number): Promise<void> {
  const a = { thing_id: server, port_type: type, port_number: 1 }
  const b = { thing_id: device, port_type: type, port_number: unit }
  await tables.add('links', { ...a, peer_id: b.thing_id, peer_type: type, peer_number: b.port_number })
  await tables.add('links', { ...b, peer_id: a.thing_id, peer_type: type, peer_number: a.port_number })
}
