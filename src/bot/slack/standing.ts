// Whether Slack takes the bot for who it is: asked at the start, and looked at from time to time, since a token can be revoked
// at any time and be good again when somebody has reinstalled the app.
import type { webApi } from '@slack/bolt'
import { missingScopes } from './check.ts'
import type { Self } from './events.ts'
import { LEAST } from './needs.ts'
import type { Patience } from './patience.ts'
import { pause } from './pause.ts'
import { text } from './payload.ts'
import { addScopes, chatRefused, scopesRefused } from './refused.ts'
import { isDismissal, restOf } from './trouble.ts'

export class Standing {
  readonly #client: webApi.WebClient
  readonly #patience: Patience
  readonly #onTrouble: (error: unknown) => void
  #isDismissed = false
  #missing: readonly string[] = []

  constructor(client: webApi.WebClient, patience: Patience, onTrouble: (error: unknown) => void) {
    this.#client = client
    this.#patience = patience
    this.#onTrouble = onTrouble
  }

  get isGood(): boolean {
    return !this.#isDismissed
  }

  /** That scope was missing at the start, which was told. */
  lacks(scope: string): boolean {
    return this.#missing.includes(scope)
  }

  /** Who the bot is; asked again while Slack cannot be reached. Throws BotError `chat-refused`, and where `signal` tells it to. */
  async introduce(signal: AbortSignal): Promise<Self> {
    for (let isTold = false; ; isTold = true) {
      signal.throwIfAborted()
      let who: unknown
      try {
        who = await this.#client.auth.test()
      } catch (error) {
        if (isDismissal(error)) throw chatRefused(error, 'SLACK_BOT_TOKEN')
        if (!isTold) this.#onTrouble(error)
        await pause(restOf(error) ?? this.#patience.again, signal)
        continue
      }
      return this.#known(who)
    }
  }

  /** Throws BotError `chat-refused`. */
  #known(who: unknown): Self {
    const [user, missing] = [text(who, 'user_id'), missingScopes(who)]
    this.#missing = missing
    if (missing.includes(LEAST)) throw scopesRefused(missing)
    if (user === null) throw new Error('Slack does not say who the bot is')
    if (missing.length > 0) this.#onTrouble(new Error(`Slack: ${addScopes(missing)}`))
    return { user, bot: text(who, 'bot_id') }
  }

  /** Told once. */
  dismissed(error: unknown): void {
    if (!this.#isDismissed) this.#onTrouble(chatRefused(error, 'SLACK_BOT_TOKEN'))
    this.#isDismissed = true
  }

  async look(): Promise<void> {
    try {
      await this.#client.auth.test()
      this.#isDismissed = false
    } catch (error) {
      // That Slack cannot be reached is told by whoever wanted to say something.
      if (isDismissal(error)) this.dismissed(error)
    }
  }

  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.#patience.slow, signal)
      if (!signal.aborted) await this.look()
    }
  }
}
