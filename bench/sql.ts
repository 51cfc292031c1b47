// The questions as somebody would write them who knows the tables and writes SQL by hand: one statement each where one
// will do, prepared once under a name, fetching the same rows as the inventory does.

export interface Statement {
  readonly name: string
  readonly text: string
}

const CAP = 10_001
const COLUMNS = 't.id, t.name, t.name_key, t.driver, t.type'

/**
 * The first 50 of the things `t`, each with the capped count of all. The condition is written in two ways: `walked` tests
 * one thing after the other in the order of the names and stops early, `counted` may be joined. Of the ways that were
 * tried with parameters, these are the fastest.
 */
const page = (name: string, walked: string, counted: string): Statement => ({
  name,
  text: `select ${COLUMNS}, (select count(*) from (select from things t where ${counted} limit ${CAP}) capped) as total
    from things t where ${walked} order by t.name_key limit 50`,
})

// A scalar subquery is asked of each thing; EXISTS may become a join.
const has = (condition: string): string =>
  `exists (select from attributes a where a.thing_id = t.id and a.port = '' and ${condition})`
const hasOne = (condition: string): string =>
  `(select true from attributes a where a.thing_id = t.id and a.port = '' and ${condition} limit 1)`
const ancestor = (name: string): string =>
  `c.descendant_id = t.id and c.ancestor_id = (select p.id from things p where p.name_key = ${name})`
const below = (name: string): string => `exists (select from closure c where ${ancestor(name)})`
const isBelow = (name: string): string => `(select true from closure c where ${ancestor(name)})`

export const BY_NAME: Statement = {
  name: 'by_name',
  text: `select ${COLUMNS} from things t where t.name_key = $1`,
}

export const ALL: Statement = page('all_servers', `t.type = 'server'`, `t.type = 'server'`)

const UNALLOCATED = `a.key = 'status' and a.subkey = '' and left(a.text, 100) = 'unallocated'`

export const STATUS: Statement = page(
  'status',
  `t.type = 'server' and ${hasOne(UNALLOCATED)}`,
  `t.type = 'server' and ${has(UNALLOCATED)}`,
)

const IN_RACK = `t.type = 'server' and t.id in (
  select e.child_id from edges e where e.parent_id = (select r.id from things r where r.name_key = $1))`

export const RACK: Statement = page('rack', IN_RACK, IN_RACK)

/** The racks in their order, and of each the first server: stops at the fourth. */
export const APART: Statement = {
  name: 'apart',
  text: `select s.* from (
      select t.id from things t where t.type = 'rack' and ${isBelow('$1')} order by t.name_key) r
    cross join lateral (
      select ${COLUMNS} from edges e join things t on t.id = e.child_id
      where e.parent_id = r.id and t.type = 'server' and ${hasOne(UNALLOCATED)} order by t.name_key limit 1) s
    limit 4`,
}

export const LOCATE: Statement = {
  name: 'locate',
  text: `select 'port' as kind, l.port_type as type, l.peer_number as number, p.name
      from things t join links l on l.thing_id = t.id join things p on p.id = l.peer_id where t.name_key = $1
    union all
    select p.type as kind, null, e.u_low, p.name
      from things t join edges e on e.child_id = t.id join things p on p.id = e.parent_id where t.name_key = $1`,
}

export const INSIDE: Statement = page(
  'inside',
  `t.type = 'server' and ${isBelow('$1')}`,
  `t.type = 'server' and ${below('$1')}`,
)

export const POOL: Statement = page('pool', isBelow('$1'), below('$1'))

export const POOLS: Statement = page('pools', `${below('$1')} and ${below('$2')}`, `${below('$1')} and ${below('$2')}`)

/** All that one version is: the row's old contents to the twin, the new ones, the entry. */
export const SET_OWNER: Statement = {
  name: 'set_owner',
  text: `with latest as (select max(version) + 1 as version, max(at) as at from versions),
    old as (select a.* from attributes a join things t on t.id = a.thing_id
      where t.name_key = $1 and a.port = '' and a.key = 'owner' and a.subkey = ''),
    past as (insert into attributes_past
      (id, thing_id, port, key, subkey, number, type, text, num, at, ref_id, from_v, to_v)
      select o.id, o.thing_id, o.port, o.key, o.subkey, o.number, o.type, o.text, o.num, o.at, o.ref_id, o.from_v, l.version
      from old o cross join latest l),
    fresh as (update attributes a set text = $2, from_v = l.version from old o, latest l where a.id = o.id)
    insert into versions (version, at, operator, command)
    select version, greatest(clock_timestamp(), at), 'os:bench', $3 from latest`,
}

/** Writers take turns, as those of the inventory do. */
export const LOCK: Statement = { name: 'lock', text: 'select pg_advisory_xact_lock(1668052339)' }

export const OWNER: Statement = {
  name: 'owner',
  text: `select t.name, a.text from things t join attributes a on a.thing_id = t.id
    where t.name_key = $1 and a.port = '' and a.key = 'owner' and a.subkey = ''`,
}

export const INFO: Statement = {
  name: 'info',
  text: `select ${COLUMNS},
    (select json_agg(json_build_object('key', a.key, 'subkey', a.subkey, 'number', a.number, 'type', a.type,
      'text', a.text) order by a.key, a.subkey, a.number, a.id)
      from attributes a where a.thing_id = t.id and a.port = '') as attributes,
    (select json_agg(json_build_object('name', p.name, 'type', p.type, 'unit', e.u_low) order by p.name_key)
      from edges e join things p on p.id = e.parent_id where e.child_id = t.id) as parents,
    (select json_agg(p.name order by p.name_key)
      from edges e join things p on p.id = e.child_id where e.parent_id = t.id) as contents,
    (select json_agg(host(d.address) order by d.address) from addresses d where d.thing_id = t.id) as addresses,
    (select json_agg(json_build_object('type', l.port_type, 'number', l.port_number, 'peer', p.name,
      'peerType', l.peer_type, 'peerNumber', l.peer_number) order by l.port_type, l.port_number)
      from links l join things p on p.id = l.peer_id where l.thing_id = t.id) as cables
    from things t where t.name_key = $1`,
}

export const HOLDER: Statement = {
  name: 'holder',
  text: `select ${COLUMNS} from addresses d join things t on t.id = d.thing_id where d.address = $1`,
}

const LARGE = `a.key = 'system' and
  ((a.subkey = 'cpucount' and a.num >= 16) or (a.subkey = 'memory' and a.num >= 131072))`

export const SET: Statement = page(
  'set',
  `t.type = 'server' and ${isBelow('$1')} and ${hasOne(LARGE)}`,
  `t.type = 'server' and ${below('$1')} and ${has(LARGE)}`,
)

const HELD = 'id, address, network_id, thing_id, port, state'

/** The lowest free address of a network to a thing, along the index; answers with it. */
export const ALLOCATE: Statement = {
  name: 'allocate',
  text: `with latest as (select max(version) + 1 as version, max(at) as at from versions),
    net as (select n.id, host(network(a.text::inet) + 1)::inet as low from things n join attributes a on a.thing_id = n.id
      where n.name_key = $2 and a.port = '' and a.key = 'cidr'),
    free as (select net.id, case
        when not exists (select from addresses d where d.network_id = net.id and d.address = net.low) then net.low
        else (select d.address + 1 from addresses d where d.network_id = net.id and d.address >= net.low
          and not exists (select from addresses e where e.network_id = net.id and e.address = d.address + 1)
          order by d.address limit 1) end as address from net),
    fresh as (insert into addresses (${HELD}, from_v)
      select nextval('ids'), f.address, f.id, t.id, '', 'bound', l.version from free f, latest l, things t
      where t.name_key = $1 returning address),
    entry as (insert into versions (version, at, operator, command)
      select version, greatest(clock_timestamp(), at), 'os:bench', $3 from latest)
    select host(address) as address from fresh`,
}

export const RELEASE: Statement = {
  name: 'release',
  text: `with latest as (select max(version) + 1 as version, max(at) as at from versions),
    gone as (delete from addresses where address = $2::text::inet
      and thing_id = (select id from things where name_key = $1) returning ${HELD}, from_v),
    past as (insert into addresses_past (${HELD}, from_v, to_v)
      select ${HELD}, from_v, version from gone cross join latest)
    insert into versions (version, at, operator, command)
    select version, greatest(clock_timestamp(), at), 'os:bench', $3 from latest`,
}
