// Glass that was broken: what was done on one person's word, and whether another admin has looked at it since.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table proposals add column breakglass boolean not null default false')
  // `things` are names. Open until it is closed, by an operator other than the one who broke the glass.
  await knex.raw(`create table reviews (id bigint generated always as identity primary key, at timestamptz not null,
    operator_id bigint not null references operators, identity text not null, command text not null, because text not null,
    proposal_id bigint not null references proposals, things jsonb not null, job bigint, version bigint,
    closed_at timestamptz, closed_by bigint references operators, verdict text,
    check ((closed_at is null) = (closed_by is null) and (closed_at is null) = (verdict is null)), check (closed_by <> operator_id))`)
  await knex.raw('create index on reviews (id) where closed_at is null')
  // A notice is of a schedule or of a review. One without a channel and with \`{}\` for its thread was typed nowhere in that
  // chat: it is a direct message to each of those whom it mentions.
  await knex.raw('alter table notices add column review_id bigint references reviews')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('delete from notices where review_id is not null')
  await knex.raw('alter table notices drop column review_id')
  await knex.raw('drop table reviews')
  await knex.raw('alter table proposals drop column breakglass')
}
