// The things that the bot itself runs on: its host and that of its database by name, hostname or address, what those stand
// in, the switches that they are connected to, and the power strips that feed all of these. They are protected by
// themselves against what would end the bot in the middle of its work: nobody has to remember it.
import { isIP } from 'node:net'
import type { Knex } from 'knex'
import { InventoryError, type InventoryFacts } from '../error.ts'
import { plain, rowsOf, type Sql, sql } from '../query/fragment.ts'
import { identityIs } from '../query/identity.ts'
import type { ThingRow } from '../rows.ts'
import type { View } from '../view.ts'

/** What a host may be called in the inventory: names and addresses. */
export interface HostNames {
  readonly bot: readonly string[]
  readonly database: readonly string[]
}

export type OwnThing = Omit<InventoryFacts['runs-bot'], 'others'>

/** Notes what a process runs on; what the same host has said before is forgotten. Said again within two days, it holds. */
export async function noteHost(knex: Knex, host: string, { bot, database }: HostNames): Promise<void> {
  const said = (what: string, texts: readonly string[]) =>
    texts.map((text) => ({ what, text: text.toLowerCase(), address: isIP(text) === 0 ? null : text }))
  await knex.raw(
    `with said as (select distinct what, text collate "C" as text, address from jsonb_to_recordset(?::jsonb)
       as said(what text, text text, address inet)),
     gone as (delete from bot_hosts b where host = ? and (what, text) not in (select what, text from said))
     insert into bot_hosts (host, what, text, address, seen_at) select ?, what, text, address, clock_timestamp() from said
     on conflict (host, what, text) do update set seen_at = excluded.seen_at`,
    [JSON.stringify([...said('bot', bot), ...said('database', database)]), host, host],
  )
}

/** The address by which the database's server knows itself; null where it is on this host, or in this process. */
export async function databaseAddress(knex: Knex): Promise<string | null> {
  const { rows } = await knex.raw<{ rows: { address: string | null; local: boolean | null }[] }>(
    `select host(inet_server_addr()) as address, inet_server_addr() << any('{127.0.0.0/8,::/127}'::inet[]) as local`,
  )
  const [found] = rows
  return found === undefined || found.local !== false ? null : found.address
}

// What a bot can run on, or be cut off by when it goes.
const MACHINES = plain(
  `('server', 'virtualserver', 'appliance', 'networkswitch', 'router', 'firewall', 'loadbalancer')`,
)

// Each step adds what the step before hangs on: (id, name, runs, how, of).
const statement = (inlets: readonly string[]): Sql => sql`
  with meant as materialized (select what, text, address from bot_hosts where seen_at > clock_timestamp() - interval '2 days'),
  own as materialized (
    select t.id, t.name, min(meant.what) as runs, 'itself' as how, t.name as of from meant join lateral (
      select id, name, type from things where name_key = meant.text
      union all
      select h.id, h.name, h.type from attributes a join things h on h.id = a.thing_id
        where ${identityIs(plain('meant.text'))} and a.key = 'hostname' and a.port = ''
      union all
      select h.id, h.name, h.type from addresses a join things h on h.id = a.thing_id where a.address = meant.address
    ) t on t.type in ${MACHINES} group by t.id, t.name),
  hosts as materialized (
    select * from own
    union all
    (select distinct on (h.id) h.id, h.name, own.runs, 'holds', own.name
      from own join closure c on c.descendant_id = own.id join things h on h.id = c.ancestor_id and h.type in ${MACHINES}
      where h.id not in (select id from own) order by h.id, own.runs, own.name)),
  fed as materialized (
    select * from hosts
    union all
    (select distinct on (s.id) s.id, s.name, hosts.runs, 'connects', hosts.name
      from hosts join links l on l.thing_id = hosts.id join things s on s.id = l.peer_id and s.type = 'networkswitch'
      where s.id not in (select id from hosts) order by s.id, hosts.runs, hosts.name))
  select * from fed
  union all
  (select distinct on (p.id) p.id, p.name, fed.runs, 'feeds', fed.name
    from fed join links l on l.thing_id = fed.id and l.port_type = any(${inlets}::text[])
      join things p on p.id = l.peer_id and p.type = 'powerstrip'
    order by p.id, fed.runs, fed.name)`

type Asked = Pick<View, 'knex' | 'catalogue'>

/** By id. One statement, which asks of a handful of names whatever the size of the inventory. */
export async function ownThings({ knex, catalogue }: Asked): Promise<ReadonlyMap<number, OwnThing>> {
  const ports = catalogue.all().flatMap((driver) => Object.entries(driver.ports))
  const inlets = [...new Set(ports.flatMap(([type, { role }]) => (role === 'inlet' ? [type] : [])))]
  const rows = await rowsOf<Omit<OwnThing, 'thing'> & { id: number; name: string }>(knex, statement(inlets))
  return new Map(rows.map(({ id, name, runs, how, of }) => [id, { thing: name, runs, how, of }]))
}

/** Refuses to switch off, reinstall or delete what the bot runs on (`runs-bot`). */
export async function refuseOwn(view: Asked, things: readonly Pick<ThingRow, 'id'>[]): Promise<void> {
  const own = await ownThings(view)
  const [first, ...others] = things.flatMap(({ id }) => own.get(id) ?? [])
  if (first) throw new InventoryError('runs-bot', { ...first, others: others.length })
}

/** `it runs this bot`, `it feeds switch1, which this bot depends on` */
export function ownText({ runs, how, of }: OwnThing): string {
  const what = runs === 'bot' ? 'this bot' : "this bot's database"
  switch (how) {
    case 'itself':
      return `it runs ${what}`
    case 'holds':
      return `it holds ${of}, which runs ${what}`
    case 'connects':
      return `it connects ${of}, which runs ${what}`
    case 'feeds':
      return `it feeds ${of}, which ${what} depends on`
  }
}
