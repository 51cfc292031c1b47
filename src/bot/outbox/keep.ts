// Keeps what hangs on a message, its buttons and its files, and makes a post of its draft. The same draft of the same message
// makes the same post: said again, it is not sent again.
import { createHash, randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import type { Action, Button, Draft, DraftButton, DraftFile, Post, PostFile } from './post.ts'

export interface Message {
  readonly chat: string
  /** As in the outbox: `job 12`. */
  readonly key: string
  /** The slash command or press that the post answers. */
  readonly answers: string | null
}

/** The page of somebody's own: it is shown to them alone, and not through the outbox. */
export const homeOf = (identity: string): string => `home ${identity}`

/** In the transaction that says it. */
export async function keep(knex: Knex, message: Message, draft: Draft): Promise<Post> {
  return {
    ...draft,
    answers: message.answers,
    buttons: await keepButtons(knex, message, draft.buttons),
    files: await keepFiles(knex, message, draft.files),
  }
}

/** What a message shows again can be used again: a second approval is given by the same button. */
async function keepButtons(knex: Knex, { chat, key }: Message, drafts: readonly DraftButton[]): Promise<Button[]> {
  if (drafts.length === 0) return []
  const input = drafts.map(({ action, only }) => ({ id: randomBytes(16).toString('base64url'), action, only }))
  const { rows } = await knex.raw<{ rows: { id: string; action: Action }[] }>(
    `insert into buttons (id, chat, message, action, only_for)
     select id, ?, ?, action, "only" from jsonb_to_recordset(?::jsonb) as fresh(id text, action jsonb, "only" text)
     on conflict (chat, message, md5(action::text)) do update set only_for = excluded.only_for, used_at = null, used_by = null
     returning id, action`,
    [chat, key, JSON.stringify(input)],
  )
  const ids = new Map(rows.map(({ id, action }) => [named(action), id]))
  return drafts.map(({ label, style, action }) => {
    const id = ids.get(named(action))
    if (id === undefined) throw new Error('a button without a name')
    return {
      id,
      label,
      style,
      opensForm: action.tag === 'form',
      ...(action.tag === 'page' ? { turns: action.by } : {}),
    }
  })
}

/** JSON of the database has its members in another order. */
function named(action: Action): string {
  switch (action.tag) {
    case 'command':
      return `command ${action.text}`
    case 'form':
      return `form ${action.before} ${action.form.title} ${action.form.label} ${action.form.prefilled}`
    case 'page':
      return `page ${action.by}`
    default:
      return action satisfies never
  }
}

async function keepFiles(knex: Knex, { chat, key }: Message, files: readonly DraftFile[]): Promise<PostFile[]> {
  const kept: PostFile[] = []
  for (const { name, mediaType, alt, content } of files) {
    const id = createHash('sha256').update(`${chat} ${key} ${name} ${mediaType}\n`).update(content).digest('base64url')
    await knex.raw(
      `insert into outbox_files (id, chat, message, name, media_type, content) values (?, ?, ?, ?, ?, ?)
       on conflict (id) do nothing`,
      [id, chat, key, name, mediaType, Buffer.from(content)],
    )
    kept.push({ id, name, mediaType, size: content.length, alt })
  }
  return kept
}

/** Null where there is none, or none any more. */
export async function keptFile(knex: Knex, id: string): Promise<Uint8Array | null> {
  const { rows } = await knex.raw<{ rows: { content: Buffer }[] }>('select content from outbox_files where id = ?', [
    id,
  ])
  return rows[0]?.content ?? null
}
