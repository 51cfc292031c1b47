// A post as the body and the files of a request.
import type { RawFile } from 'discord.js'
import type { Post, PostFile } from '../outbox/post.ts'
import { leftOut } from '../render/posts/left-out.ts'
import { UPLOAD } from './limits.ts'
import { type DiscordMessage, discordMessage } from './message.ts'

export interface Outgoing {
  readonly body: DiscordMessage & { readonly attachments?: readonly Described[] }
  readonly files: RawFile[]
}

interface Described {
  /** Of a file that comes with the request its place; of one that is there already its id. */
  readonly id: string
  readonly filename: string
  readonly description?: string
}

/** `kept` are those of its files that hang on the message already. */
export async function outgoing(
  post: Post,
  file: (id: string) => Promise<Uint8Array>,
  kept: readonly { readonly id: string; readonly filename: string }[] = [],
): Promise<Outgoing> {
  const { carried, left } = fitting(post.files)
  const note = left.length === 0 ? [] : [{ tag: 'text', text: leftOut(left, UPLOAD) } as const]
  const message = discordMessage({ ...post, parts: [...note, ...post.parts] })
  const fresh = carried.filter(({ name }) => !kept.some(({ filename }) => filename === sent(name)))
  if (carried.length === 0) return { body: message, files: [] }
  const files = await Promise.all(
    fresh.map(async ({ id, name, mediaType }) => ({
      name: sent(name),
      data: Buffer.from(await file(id)),
      contentType: mediaType,
    })),
  )
  const attachments = [
    ...kept.map(({ id, filename }) => ({ id, filename })),
    ...fresh.map((one, at) => described(one, at)),
  ]
  return { body: { ...message, attachments }, files }
}

// The most files of one message.
const FILES = 10

/** What Discord takes with one message; a file that is too large would take the message with it. */
function fitting(files: readonly PostFile[]) {
  const carried: PostFile[] = []
  const left: PostFile[] = []
  let room = UPLOAD
  for (const file of files) {
    const fits = file.size <= room && carried.length < FILES
    if (fits) room -= file.size
    ;(fits ? carried : left).push(file)
  }
  return { carried, left }
}

// Discord's own limit for the words that describe a picture.
const DESCRIPTION = 1024

const described = ({ name, alt }: PostFile, at: number): Described => ({
  id: `${at}`,
  filename: sent(name),
  ...(alt === null ? {} : { description: alt.slice(0, DESCRIPTION) }),
})

/** The name that Discord would make of it, so that it is known again. */
export const sent = (name: string): string => name.replace(/[^\w.-]+/g, '_')
