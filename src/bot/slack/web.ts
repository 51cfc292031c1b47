// The client of Slack's Web API, with its own patience switched off: the outbox waits and tries again, and nobody else.
import { type Logger, type LogLevel, webApi } from '@slack/bolt'
import type { SlackSetting } from '../config.ts'
import type { Patience } from './patience.ts'

export interface Web {
  readonly client: webApi.WebClient
  /** Has longer for the same. */
  readonly uploader: webApi.WebClient
}

export function webOf({ botToken, apiUrl }: SlackSetting, { answer, upload }: Patience, cut: AbortSignal): Web {
  return {
    client: new webApi.WebClient(botToken, clientOptions(apiUrl, answer, cut)),
    uploader: new webApi.WebClient(botToken, clientOptions(apiUrl, upload, cut)),
  }
}

/** New ones each time: what they are given to writes into them. `cut` ends what is being asked. */
export function clientOptions(apiUrl: string | null, timeout: number, cut: AbortSignal): webApi.WebClientOptions {
  return {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    fetch: (url, init) =>
      fetch(url, { ...init, signal: AbortSignal.any([cut, ...(init?.signal ? [init.signal] : [])]) }),
    logger: SILENT,
  }
}

const nothing = (): void => undefined

/** What the libraries would print holds what people typed; what matters of it comes as an error. */
export const SILENT: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => 'error' as LogLevel,
  setName: nothing,
}
