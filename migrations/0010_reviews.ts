// What stays to be looked at afterwards: what somebody did without an approval, until another approver has looked at it;
// and which ends of jobs the audit does not tell of yet.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create table reviews (id bigint generated always as identity primary key,
    proposal_id bigint not null unique references proposals, opened_at timestamptz not null,
    closed_at timestamptz, closed_by bigint references operators)`)
  await knex.raw('create index on reviews (id) where closed_at is null')
  // The state that the audit has told of.
  await knex.raw('alter table runs add column audited text collate "C"')
  await knex.raw(`create index runs_unaudited on runs (id)
    where state not in ('queued', 'running') and audited is distinct from state`)
  await knex.raw('alter table proposals add column breakglass boolean not null default false')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table proposals drop column breakglass')
  await knex.raw('drop index runs_unaudited')
  await knex.raw('alter table runs drop column audited')
  await knex.raw('drop table reviews')
}
