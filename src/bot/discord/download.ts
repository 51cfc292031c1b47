// Fetches a file that hangs on a message. Only from where Discord keeps such files: what an event says is no reason to ask a
// server of our own network.
import type { APIMessage, REST } from 'discord.js'
import { CommandError } from '../../commands/error.ts'
import type { DiscordSetting } from '../config.ts'
import type { Attached } from '../inbox/incoming.ts'
import type { Source } from './events.ts'

// In bytes.
const MOST = 25 * 2 ** 20
const WAIT = 60_000
const HOSTS = new Set(['cdn.discordapp.com', 'media.discordapp.net'])

/** Throws CommandError `file-not-found`. */
export async function download(rest: REST, { apiUrl }: DiscordSetting, file: Attached): Promise<Uint8Array> {
  const refuse = (reason: string) => new CommandError('file-not-found', { file: file.name, reason })
  if (file.size > MOST) throw refuse(`it is larger than ${MOST / 2 ** 20} MB`)
  const source = JSON.parse(file.source) as Source
  const own = apiUrl === null ? null : new URL(apiUrl).host
  const get = async (address: string) => {
    const url = new URL(address)
    const isDiscord = url.protocol === 'https:' && HOSTS.has(url.host)
    if (!isDiscord && url.host !== own) throw refuse('it is not kept by Discord')
    return fetch(url, { signal: AbortSignal.timeout(WAIT), redirect: 'error' })
  }
  try {
    const first = await get(source.url)
    // An address is good for a day.
    const response = first.ok ? first : await get(await freshUrl(rest, source))
    if (!response.ok) throw refuse(`Discord answers ${response.status}`)
    return await bytesOf(response, () => refuse(`it is larger than ${MOST / 2 ** 20} MB`))
  } catch (error) {
    throw error instanceof CommandError ? error : refuse('Discord did not hand it over')
  }
}

async function freshUrl(rest: REST, { channel, message, id, url }: Source): Promise<string> {
  const { attachments } = (await rest.get(`/channels/${channel}/messages/${message}`)) as APIMessage
  return attachments.find((one) => one.id === id)?.url ?? url
}

/** What the event said of its size need not be so. */
async function bytesOf(response: Response, tooLarge: () => Error): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MOST) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
