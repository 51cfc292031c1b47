// How the fake Discord takes a message that a bot writes: the limits, whom it calls, and the files that hang on it.
import { InvalidForm, Refused } from './answer.ts'
import {
  type Attachment,
  type FakeChannel,
  type FakeMessage,
  type FakeUser,
  type Shown,
  type ShownRow,
  snowflake,
  userShown,
  type World,
} from './world.ts'

export interface Written {
  readonly content?: string | null
  readonly components?: readonly ShownRow[] | null
  readonly flags?: number | null
  readonly allowed_mentions?: {
    readonly parse?: readonly string[]
    readonly users?: readonly string[]
    readonly roles?: readonly string[]
  } | null
  readonly attachments?:
    | readonly { readonly id: string | number; readonly filename?: string; readonly description?: string }[]
    | null
  readonly nonce?: string | number | null
  readonly enforce_nonce?: boolean | null
  readonly message_reference?: { readonly message_id?: string } | null
}

export interface Upload {
  /** `0` of `files[0]`. */
  readonly at: string
  readonly name: string
  readonly bytes: Uint8Array
}

const MOST_BYTES = 10 * 1024 * 1024

/** Throws InvalidForm beyond what Discord takes. */
export function checkLimits({ content, components, attachments }: Written, uploads: readonly Upload[]): void {
  // Discord counts code points.
  if ([...(content ?? '')].length > 2000) throw new InvalidForm('Must be 2000 or fewer in length.')
  const rows = components ?? []
  if (rows.length > 5) throw new InvalidForm('Must be 5 or fewer rows.')
  const ids = rows.flatMap((row) => row.components.map(({ custom_id }) => custom_id ?? ''))
  if (new Set(ids).size < ids.length) throw new InvalidForm('Component custom id cannot be duplicated')
  for (const row of rows) {
    if (row.components.length < 1 || row.components.length > 5)
      throw new InvalidForm('Must be between 1 and 5 in length.')
    for (const { custom_id = '', label = '' } of row.components) {
      if (custom_id.length < 1 || custom_id.length > 100) throw new InvalidForm('custom_id must be 1 to 100')
      if (label.length < 1 || label.length > 80) throw new InvalidForm('label must be 1 to 80')
    }
  }
  if ((attachments ?? []).length > 10 || uploads.length > 10) throw new InvalidForm('Must be 10 or fewer attachments.')
  if (uploads.some(({ bytes }) => bytes.length > MOST_BYTES)) throw new InvalidForm('Request entity too large')
}

/** Whom a content calls, by what may be called. */
function pingsOf(world: World, content: string, allowed: Written['allowed_mentions']): string[] {
  const may = (kind: 'users' | 'roles' | 'everyone', id: string) =>
    !allowed || (allowed.parse ?? []).includes(kind) || (kind !== 'everyone' && (allowed[kind] ?? []).includes(id))
  // What stands in code calls nobody.
  const plain = content.replace(/```[\s\S]*?```|`[^`]*`/g, '')
  const users = [...plain.matchAll(/<@!?(\d+)>/g)].map(([, id = '']) => id)
  const roles = [...plain.matchAll(/<@&(\d+)>/g)].map(([, id = '']) => id)
  return [
    ...users.filter((id) => world.users.has(id) && may('users', id)),
    ...roles.filter((id) => may('roles', id)).map((id) => `&${id}`),
    ...(/@(everyone|here)/.test(plain) && may('everyone', '') ? ['everyone'] : []),
  ]
}

function attached(
  base: string,
  { attachments }: Written,
  uploads: readonly Upload[],
  kept: readonly Attachment[],
): Attachment[] {
  const fresh = uploads.map(({ at, name, bytes }): Attachment => {
    const id = snowflake()
    const described = (attachments ?? []).find((one) => String(one.id) === at)?.description
    const url = `${base}/attachments/${id}/${encodeURIComponent(name)}`
    return {
      id,
      filename: name,
      size: bytes.length,
      url,
      proxy_url: url,
      ...(described ? { description: described } : {}),
    }
  })
  const stays = attachments ? kept.filter(({ id }) => attachments.some((one) => String(one.id) === id)) : kept
  return [...stays, ...fresh]
}

// Discord numbers the components of a message.
function numbered(rows: readonly ShownRow[]): ShownRow[] {
  let id = 0
  return rows.map((row) => ({ ...row, id: ++id, components: row.components.map((one) => ({ ...one, id: ++id })) }))
}

export interface Writing {
  readonly world: World
  /** Where attachments are fetched. */
  readonly base: string
  readonly channel: FakeChannel
  readonly by: FakeUser
  readonly written: Written
  readonly uploads: readonly Upload[]
}

const EPHEMERAL = 64

/** Throws Refused, InvalidForm. */
export function write(writing: Writing, more: Partial<Shown> & { readonly onlyFor?: string } = {}): FakeMessage {
  const { world, base, channel, by, written, uploads } = writing
  checkLimits(written, uploads)
  const content = written.content ?? ''
  const isLoading = ((more.flags ?? 0) & 128) !== 0
  if (content === '' && uploads.length === 0 && !isLoading) throw new Refused(50_006)
  const { onlyFor = null, ...rest } = more
  const files = new Map(uploads.map(({ name, bytes }) => [name, bytes]))
  const pings = pingsOf(world, content, by.bot ? (written.allowed_mentions ?? null) : null)
  const shown: Shown = {
    ...{ id: snowflake(), channel_id: channel.id, type: 0, author: userShown(by), timestamp: new Date().toISOString() },
    ...{
      content,
      edited_timestamp: null,
      mention_roles: [],
      mention_everyone: false,
      embeds: [],
      pinned: false,
      tts: false,
    },
    mentions: mentioned(world, content),
    flags: (written.flags ?? 0) & EPHEMERAL,
    attachments: attached(base, written, uploads, []),
    components: numbered(written.components ?? []),
    ...(written.nonce === undefined || written.nonce === null ? {} : { nonce: String(written.nonce) }),
    ...rest,
  }
  const message: FakeMessage = { shown, onlyFor, isDeleted: false, pings, contents: [content], files }
  channel.messages.push(message)
  return message
}

/** Throws InvalidForm, Refused. */
export function rewrite({ world, base, written, uploads }: Writing, message: FakeMessage): void {
  checkLimits(written, uploads)
  const { shown } = message
  const content = written.content ?? shown.content
  const attachments = attached(base, written, uploads, shown.attachments)
  if (content === '' && attachments.length === 0) throw new Refused(50_006)
  shown.content = content
  shown.mentions = mentioned(world, content)
  shown.attachments = attachments
  if (written.components) shown.components = numbered(written.components)
  shown.flags &= ~128
  shown.edited_timestamp = new Date().toISOString()
  message.contents.push(content)
  for (const { name, bytes } of uploads) message.files.set(name, bytes)
}

export function mentioned(world: World, content: string): object[] {
  const plain = content.replace(/```[\s\S]*?```|`[^`]*`/g, '')
  const ids = new Set([...plain.matchAll(/<@!?(\d+)>/g)].map(([, id = '']) => id))
  return [...world.users.values()].filter(({ id }) => ids.has(id)).map((user) => userShown(user))
}
