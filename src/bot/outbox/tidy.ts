// Clears away what is over for long: what was answered, what was said, and what hung on it.
import type { Knex } from 'knex'

// In days. A button that is older says that it stands for nothing any more.
const KEPT = 30
const MOST = 10_000

export async function tidy(knex: Knex): Promise<void> {
  const old = `clock_timestamp() - make_interval(days => ${KEPT})`
  for (const [table, key, where] of [
    ['outbox', 'id', `shown = wanted and shown_at < ${old}`],
    ['outbox', 'id', `state = 'lost' and changed_at < ${old}`],
    ['inbox', 'id', `state = 'done' and done_at < ${old}`],
    ['buttons', 'id', `made_at < ${old}`],
    ['consoles', 'id', `closed_at < ${old}`],
    ['outbox_files', 'id', `made_at < ${old}`],
    // Nobody is told at the terminal: `schedule show` has the last of them.
    ['notices', 'id', `at < ${old}`],
  ])
    await knex.raw(`delete from ${table} where ${key} in (select ${key} from ${table} where ${where} limit ${MOST})`)
}
