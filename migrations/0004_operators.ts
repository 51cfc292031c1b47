// Who may do what, and on whose word: operators with their identities, grants, rules, proposals with the decisions on
// them, freezes, and the audit chain. None of it is part of the inventory: it has no versions and no undo.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table operators rename to operators_0001')
  // A person, and the chats (and operating systems) that know that person.
  await knex.raw(`create table operators (id bigint generated always as identity primary key,
    name text collate "C" not null unique, created_at timestamptz not null, left_at timestamptz)`)
  await knex.raw(`create table identities (identity text collate "C" primary key,
    operator_id bigint not null references operators, linked_at timestamptz not null)`)
  await knex.raw('create index on identities (operator_id)')
  // One identity is about to be joined to another's operator: the code was shown to one, and is typed by the other.
  await knex.raw(`create table link_codes (code_hash text primary key, operator_id bigint not null references operators,
    identity text collate "C" not null, expires_at timestamptz not null)`)
  // Which identities are in which group of a chat, and since when that is known.
  await knex.raw(`create table memberships (identity text collate "C" not null, chat_group text collate "C" not null,
    since timestamptz not null, primary key (identity, chat_group))`)
  // A role (or the name of a command) for an operator or for a group of a chat; scope is an expression as typed.
  await knex.raw(`create table grants (id bigint generated always as identity primary key, role text not null,
    operator_id bigint references operators, chat_group text collate "C", scope text, channel text, until timestamptz,
    granted_by text not null, at timestamptz not null, revoked_at timestamptz, revoked_by text,
    check ((operator_id is null) <> (chat_group is null)))`)
  await knex.raw('create index on grants (operator_id) where revoked_at is null')
  await knex.raw('create index on grants (chat_group) where revoked_at is null')
  // What a rule says nothing about is null: the next rule that fits says it, and at last the command itself.
  await knex.raw(`create table rules (id bigint generated always as identity primary key, subject text not null,
    level text, approvals integer, minutes integer, typed boolean, scope text, set_by text not null, at timestamptz not null,
    check (approvals between 1 and 10), check (minutes between 1 and 10080))`)
  await knex.raw(`create table proposals (id bigint generated always as identity primary key, level text not null,
    command text not null, name text not null, because text, operator_id bigint not null references operators,
    identity text not null, message text, channel text, file bytea, targets jsonb not null, effects jsonb not null, facts jsonb not null,
    impact jsonb, hash text not null, needs integer not null, typed text, state text not null default 'pending', reason text,
    created_at timestamptz not null, expires_at timestamptz not null, decided_at timestamptz, job bigint, version bigint)`)
  await knex.raw(`create index on proposals (state, expires_at)`)
  await knex.raw(`create table decisions (proposal_id bigint not null references proposals, operator_id bigint not null references operators,
    identity text not null, decision text not null, at timestamptz not null, primary key (proposal_id, operator_id))`)
  await knex.raw(`create table freezes (id bigint generated always as identity primary key, scope text, until timestamptz,
    except_commands text[] not null, frozen_by text not null, because text, at timestamptz not null, ended_at timestamptz, ended_by text)`)
  // Each row's hash covers the row and the hash before it.
  await knex.raw(`create table audit (id bigint primary key, at timestamptz not null, identity text not null, operator text,
    chat text not null, message text, command text not null, name text, decision text not null, rule text, proposal text,
    plan_hash text, approvers text[] not null, outcome text not null, because text, version bigint, job text,
    things bigint[] not null, previous text not null, hash text not null)`)
  for (const index of ['(at)', '(operator, at)', '(name, at)', 'using gin (things)'])
    await knex.raw(`create index on audit ${index}`)
  // Names are the part of an identity behind the colon, made different where two are the same.
  await knex.raw(`insert into operators (name, created_at)
    select case when row_number() over (partition by plain order by created_at, identity) = 1 then plain else identity end, created_at
    from (select identity, created_at, regexp_replace(identity, '^[^:]*:', '') as plain from operators_0001) named
    order by created_at, identity`)
  await knex.raw(`insert into identities (identity, operator_id, linked_at)
    select identity, (select id from operators where name = identity or name = regexp_replace(identity, '^[^:]*:', '')
      order by name = identity desc limit 1), created_at from operators_0001`)
  await knex.raw(`insert into grants (role, operator_id, granted_by, at)
    select 'admin', operator_id, 'the first start', linked_at from identities join operators_0001 using (identity) where admin`)
  await knex.raw('drop table operators_0001')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table operators rename to operators_0004')
  await knex.raw(
    'create table operators (identity text primary key, admin boolean not null, created_at timestamptz not null)',
  )
  await knex.raw(`insert into operators select identity, exists (select from grants where grants.operator_id = identities.operator_id
    and role = 'admin' and revoked_at is null), linked_at from identities`)
  await knex.raw('drop table audit, freezes, decisions, proposals, rules, grants, memberships, link_codes, identities')
  await knex.raw('drop table operators_0004')
}
