// How the bot hears Slack: through a socket that it opens, or by requests that come to its port. Either way what comes is
// stored before it is acknowledged: Bolt's own app acknowledges events before anybody has looked at them, so its receivers
// are given this in its place.
import type { App, ReceiverEvent } from '@slack/bolt'

export interface Ear {
  /** Answers when it hears. Throws BotError `chat-refused`. */
  start(): Promise<void>
  /** Takes nothing more; what was taken is acknowledged. */
  stop(): Promise<void>
  isHearing(): boolean
}

export interface EarOptions {
  /** Stored when it answers. Throws where it could not be. */
  readonly take: (body: unknown) => Promise<void>
  /** Hears again, after so many milliseconds in which it did not. */
  readonly onBack: (gap: number) => void
  readonly onTrouble: (error: unknown) => void
}

// In milliseconds: what is being stored is given so long at the end.
const GRACE = 5000

/** All that a receiver asks of Bolt's app. */
export class Intake {
  readonly #take: EarOptions['take']
  readonly #onTrouble: EarOptions['onTrouble']
  readonly #running = new Set<Promise<void>>()
  #isClosed = false

  constructor({ take, onTrouble }: EarOptions) {
    this.#take = take
    this.#onTrouble = onTrouble
  }

  /** What a receiver calls for each event; `admit` throws where it must not be taken, and answers with what forgets it again. */
  app(admit: (event: ReceiverEvent) => () => void = () => () => undefined): App {
    const app: Pick<App, 'processEvent'> = {
      processEvent: async (event) => {
        if (this.#isClosed) throw new Error('the bot is ending')
        const taken = this.#taken(event, admit(event))
        this.#running.add(taken)
        await taken.finally(() => this.#running.delete(taken))
      },
    }
    return app as App
  }

  async #taken(event: ReceiverEvent, forget: () => void): Promise<void> {
    try {
      await this.#take(event.body)
    } catch (error) {
      // Not acknowledged: Slack brings it again.
      forget()
      this.#onTrouble(error)
      throw error
    }
    // The connection may be gone by now: then it comes again, and is known.
    await event.ack().catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GRACE)
    })
    await Promise.race([Promise.allSettled(this.#running), late])
    clearTimeout(timer)
  }
}
