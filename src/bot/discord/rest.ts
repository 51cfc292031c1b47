// Requests to Discord's HTTP API. The library's own repetitions are off: the outbox repeats, and knows what may be doubled.
import { DefaultRestOptions, REST, type RESTOptions } from 'discord.js'
import type { DiscordSetting } from '../config.ts'
import type { Times } from './limits.ts'

/** Of the client as well. `cut` ends what is being asked. */
export function restOptions(
  { apiUrl }: DiscordSetting,
  { request }: Times,
  cut: AbortSignal | null,
): Partial<RESTOptions> {
  return {
    // A 500 is asked again at once otherwise, and what it had done is done twice.
    retries: 0,
    timeout: request,
    // Nothing waits inside the library: the outbox has other messages to send meanwhile.
    rejectOnRateLimit: () => true,
    ...(cut === null ? {} : { makeRequest: cuttable(cut) }),
    ...(apiUrl === null ? {} : { api: apiUrl.replace(/\/+$/, '') }),
  }
}

const cuttable =
  (cut: AbortSignal): RESTOptions['makeRequest'] =>
  (url, init) => {
    const signal = AbortSignal.any([cut, ...(init.signal instanceof AbortSignal ? [init.signal] : [])])
    return DefaultRestOptions.makeRequest(url, { ...init, signal })
  }

export function restOf(setting: DiscordSetting, times: Times, cut: AbortSignal | null = null): REST {
  return new REST({ ...restOptions(setting, times, cut), version: '10' }).setToken(setting.token)
}
