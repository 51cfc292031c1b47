// One connection of Socket Mode, as Bolt's receiver keeps it, without its reconnecting: that waits for seconds while the bot
// is deaf, for half a minute where the other side has fallen silent, and ends the process where Slack cannot be reached.
import { type App, SocketModeReceiver } from '@slack/bolt'
import type { Patience } from './patience.ts'
import { clientOptions, SILENT } from './web.ts'

export interface LineOptions {
  readonly appToken: string
  readonly apiUrl: string | null
  readonly app: App
  readonly patience: Patience
}

// In milliseconds.
/** Without an answer to a ping for so long the line is dead; it is pinged three times as often. */
const PONG_WITHIN = 2400
const LOOK = 100
const TO_CLOSE = 500

export class SocketLine {
  readonly #receiver: SocketModeReceiver
  readonly #isOver = new AbortController()
  #look: NodeJS.Timeout | null = null

  private constructor({ appToken, apiUrl, app, patience }: LineOptions, signal: AbortSignal) {
    this.#receiver = new SocketModeReceiver({
      appToken,
      logger: SILENT,
      clientPingTimeout: PONG_WITHIN,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: clientOptions(apiUrl, patience.answer, signal) },
      processEventErrorHandler: async () => false,
    })
    this.#receiver.init(app)
    const { client } = this.#receiver
    client.on('disconnected', () => this.#isOver.abort())
    guardMessages(client)
  }

  /** Answers when Slack has said hello. Throws what Slack's client throws, and where `signal` tells it to. */
  static async open(options: LineOptions, signal: AbortSignal): Promise<SocketLine> {
    const line = new SocketLine(options, signal)
    try {
      await within(options.patience.answer, line.#receiver.start(), signal)
    } catch (error) {
      void line.close()
      throw error ?? new Error('Slack has closed the connection before it said hello')
    }
    // A close that the other side does not confirm is told only after half a minute; it hears nothing from its begin.
    line.#look = setInterval(() => {
      if (!line.isUp()) line.#isOver.abort()
    }, LOOK)
    return line
  }

  isUp(): boolean {
    return !this.#isOver.signal.aborted && this.#receiver.client.websocket?.isActive() === true
  }

  /** Aborted when it hears nothing more. */
  get over(): AbortSignal {
    return this.#isOver.signal
  }

  async close(): Promise<void> {
    if (this.#look) clearInterval(this.#look)
    this.#isOver.abort()
    const { client } = this.#receiver
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, TO_CLOSE)
    })
    await Promise.race([client.disconnect(), late])
    clearTimeout(timer)
    // Told twice, it does not wait for the other side.
    if (client.websocket) void client.disconnect()
  }
}

async function within(limitMs: number, started: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  await new Promise<void>((resolve, reject) => {
    const late = () => reject(limit.reason)
    limit.addEventListener('abort', late, { once: true })
    started.then(() => resolve(), reject).finally(() => limit.removeEventListener('abort', late))
  })
}

/** What has no event in it, as Slack's word that it sends too many, is a bug of the library that would end the process. */
function guardMessages(client: SocketModeReceiver['client']): void {
  const [read] = client.listeners('ws_message')
  if (read === undefined) return
  client.removeAllListeners('ws_message')
  client.on('ws_message', (...message: unknown[]) => {
    Promise.resolve(read.apply(client, message)).catch(() => undefined)
  })
}
