// The simulated machines of the demo, as their hardware is: written by the simulated drivers alone, and no part of the
// inventory or of its history. A machine without a row is on, has booted from its disk and has had no power event.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // `since`: when the present power began, shortly ahead in the dark seconds of a power cycle. `started_from`: what it
  // booted from then. `offered` is what the network installs, `image` what is on the disk.
  await knex.raw(`create table simulated_machines (
    thing_id bigint primary key, power text not null check (power in ('on', 'off')),
    boot text not null check (boot in ('disk', 'network')),
    started_from text not null check (started_from in ('disk', 'network')),
    since timestamptz, offered text, image text, events bigint not null)`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table simulated_machines')
}
