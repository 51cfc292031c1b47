// Gets a file that somebody has put into Slack. The bot's token goes to Slack alone, wherever a file claims to be.
import type { webApi } from '@slack/bolt'
import { CommandError } from '../../commands/error.ts'
import type { SlackSetting } from '../config.ts'
import type { Attached } from '../inbox/incoming.ts'
import { text } from './payload.ts'
import { refusalOf } from './trouble.ts'

const MOST = 50_000_000
// In milliseconds.
const PATIENCE = 60_000

/** Whether an address is Slack's, or of the server that stands for it. */
export function isSlacks(url: string, apiUrl: string | null): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, origin } = new URL(url)
  if (apiUrl !== null && origin === new URL(apiUrl).origin) return true
  return protocol === 'https:' && /(?:^|\.)slack(?:-files)?\.com$/.test(hostname)
}

/** Throws CommandError `file-not-found`. */
export async function download(client: webApi.WebClient, setting: SlackSetting, file: Attached): Promise<Uint8Array> {
  const refuse = (reason: string) => new CommandError('file-not-found', { file: file.name, reason })
  if (file.size > MOST) throw refuse(`it is larger than ${MOST / 1_000_000} MB`)
  try {
    const found: unknown = await client.files.info({ file: file.source })
    const url = text(found, 'file', 'url_private_download') ?? text(found, 'file', 'url_private')
    if (url === null || !isSlacks(url, setting.apiUrl)) throw refuse('it is not kept by Slack itself')
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${setting.botToken}` },
      // Without the right to read files Slack leads to a page to sign in at.
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    })
    if (!answer.ok || answer.body === null) throw refuse(`Slack answered with status ${answer.status}`)
    return await readWhole(answer.body, () => refuse(`it is larger than ${MOST / 1_000_000} MB`))
  } catch (error) {
    if (error instanceof CommandError) throw error
    const refusal = refusalOf(error)
    throw refuse(refusal === null ? 'Slack did not send it' : `Slack refuses it (${refusal})`)
  }
}

/** What its size says is what somebody says. */
async function readWhole(body: AsyncIterable<Uint8Array>, tooLarge: () => Error): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > MOST) throw tooLarge()
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
