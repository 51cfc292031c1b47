// What keeps one person's flood from everybody else: what was not done because too much of theirs waited, and for whom
// each message of the outbox is; and the first that waits of each is found without reading what waits behind it.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  // `left`: it came when too much of its author waited, and will not be done; they have not been told how many were.
  await knex.raw(`alter table inbox drop constraint inbox_state_check,
    add constraint inbox_state_check check (state in ('waiting', 'left', 'done'))`)
  await knex.raw('drop index inbox_author_id_idx')
  await knex.raw(`create index inbox_waiting on inbox (chat, author, id) where state = 'waiting'`)
  await knex.raw(`create index inbox_left on inbox (chat, author, id) where state = 'left'`)
  // Whose command or job it tells of; null where it is nobody's.
  await knex.raw('alter table outbox add column asker text collate "C"')
  await knex.raw(`create index outbox_unsent on outbox (chat, asker) where state = 'open' and ref is null`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index outbox_unsent, inbox_left, inbox_waiting')
  await knex.raw('alter table outbox drop column asker')
  await knex.raw(`update inbox set state = 'done', done_at = clock_timestamp() where state = 'left'`)
  await knex.raw(`alter table inbox drop constraint inbox_state_check,
    add constraint inbox_state_check check (state in ('waiting', 'done'))`)
  await knex.raw(`create index on inbox (author, id) where state = 'waiting'`)
}
