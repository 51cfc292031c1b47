// The files of messages, put into Slack: a picture before the message that shows it, any other into the thread after it.
import type { webApi } from '@slack/bolt'
import type { PostFile } from '../outbox/post.ts'
import { field, list, text } from './payload.ts'
import type { Thread } from './thread.ts'
import { isDismissal, refusalOf, restOf } from './trouble.ts'

export interface Uploaded {
  readonly file: PostFile
  readonly slackId: string
}

// Of these the ids are known, so that an edit shows the same picture again.
const KEPT = 500

export class Uploads {
  readonly #uploader: webApi.WebClient
  readonly #contentOf: (id: string) => Promise<Uint8Array>
  readonly #ids = new Map<string, string>()

  constructor(uploader: webApi.WebClient, contentOf: (id: string) => Promise<Uint8Array>) {
    this.#uploader = uploader
    this.#contentOf = contentOf
  }

  /** So that blocks can name them. Throws FileRefused, and what the client throws. */
  async pictures(files: readonly PostFile[]): Promise<readonly Uploaded[]> {
    const uploaded: Uploaded[] = []
    for (const file of files)
      uploaded.push({ file, slackId: await this.#once(file.id, () => this.#upload(file, null)) })
    return uploaded
  }

  /** Each once; `isThere` tells what an earlier attempt has brought there. Throws FileRefused, and what the client throws. */
  async share(
    files: readonly PostFile[],
    thread: Thread,
    isThere: (file: PostFile) => Promise<boolean>,
  ): Promise<void> {
    for (const file of files) {
      const key = `shared ${file.id}`
      if (!this.#ids.has(key) && !(await isThere(file))) await this.#once(key, () => this.#upload(file, thread))
    }
  }

  async #once(key: string, upload: () => Promise<string>): Promise<string> {
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = await upload()
    this.#ids.set(key, id)
    for (const [old] of this.#ids) if (this.#ids.size > KEPT) this.#ids.delete(old)
    return id
  }

  async #upload(file: PostFile, to: Thread | null): Promise<string> {
    const content = Buffer.from(await this.#contentOf(file.id))
    const place = to === null ? {} : placeOf(to)
    const alt = file.alt === null ? {} : { alt_text: file.alt.slice(0, 1000) }
    const done = await this.#sent({ file: content, filename: file.name, ...alt, ...place })
    const id = text(list(field(list(done, 'files')[0], 'files'))[0], 'id')
    if (id === null) throw new Error('Slack has taken a file and does not say where it is')
    return id
  }

  async #sent(upload: Parameters<webApi.WebClient['filesUploadV2']>[0]): Promise<unknown> {
    try {
      return await this.#uploader.filesUploadV2(upload)
    } catch (error) {
      const word = refusalOf(error)
      if (word === null || isDismissal(error) || restOf(error) !== null) throw error
      throw new FileRefused(word)
    }
  }
}

/** Slack does not take files: the message can be sent without them. */
export class FileRefused extends Error {
  readonly word: string

  constructor(word: string) {
    super(word)
    this.word = word
  }
}

const placeOf = ({ channel, root }: Thread): { channel_id: string } | { channel_id: string; thread_ts: string } =>
  root === null ? { channel_id: channel } : { channel_id: channel, thread_ts: root }
