// Buttons as the database knows them: what an opaque id stands for, and whether it is used up.
import type { Knex } from 'knex'
import { calledSql } from '../../inventory/operators/called.ts'
import { BotError } from '../error.ts'
import type { Action } from './post.ts'

export interface KeptButton {
  readonly id: string
  readonly chat: string
  /** The message that it hangs on, as in the outbox. */
  readonly message: string
  readonly action: Action
  readonly only_for: string | null
  /** The name of who has pressed it. */
  readonly used_by: string | null
}

/** Null where there is none. */
export async function keptButton(knex: Knex, id: string): Promise<KeptButton | null> {
  const { rows } = await knex.raw<{ rows: KeptButton[] }>(
    `select id, chat, message, action, only_for, ${calledSql('b.used_by')} as used_by from buttons b where id = ?`,
    [id],
  )
  return rows[0] ?? null
}

/** Throws BotError `button-used` where somebody was faster. */
export async function useButton(knex: Knex, id: string, by: string): Promise<void> {
  const { rows } = await knex.raw<{ rows: unknown[] }>(
    'update buttons set used_at = clock_timestamp(), used_by = ? where id = ? and used_at is null returning 1',
    [by, id],
  )
  if (rows.length > 0) return
  const found = await keptButton(knex, id)
  throw new BotError('button-used', { by: found?.used_by ?? '' })
}
