// Requests to Discord's HTTP API. The library's own repetitions are off: the outbox repeats, and knows what may be doubled.
import { REST, type RESTOptions } from 'discord.js'
import type { DiscordSetting } from '../config.ts'
import type { Times } from './limits.ts'

/** Of the client as well. */
export function restOptions({ apiUrl }: DiscordSetting, { request }: Times): Partial<RESTOptions> {
  return {
    // A 500 is asked again at once otherwise, and what it had done is done twice.
    retries: 0,
    timeout: request,
    // Nothing waits inside the library: the outbox has other messages to send meanwhile.
    rejectOnRateLimit: () => true,
    ...(apiUrl === null ? {} : { api: apiUrl.replace(/\/+$/, '') }),
  }
}

export function restOf(setting: DiscordSetting, times: Times): REST {
  return new REST({ ...restOptions(setting, times), version: '10' }).setToken(setting.token)
}
