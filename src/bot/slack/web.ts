// The client of Slack's Web API, with its own patience switched off: the outbox waits and tries again, and nobody else.
import { type Logger, type LogLevel, webApi } from '@slack/bolt'
import type { SlackSetting } from '../config.ts'
import type { Patience } from './patience.ts'

export interface Web {
  readonly client: webApi.WebClient
  /** Has longer for the same. */
  readonly uploader: webApi.WebClient
}

export function webOf({ botToken, apiUrl }: SlackSetting, { answer, upload }: Patience): Web {
  return {
    client: new webApi.WebClient(botToken, clientOptions(apiUrl, answer)),
    uploader: new webApi.WebClient(botToken, clientOptions(apiUrl, upload)),
  }
}

/** New ones each time: what they are given to writes into them. */
export function clientOptions(apiUrl: string | null, timeout: number): webApi.WebClientOptions {
  return {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
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
