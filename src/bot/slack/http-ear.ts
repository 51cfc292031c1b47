// Hears Slack by the requests that it sends to a port. Bolt checks their signatures, and takes for five minutes the same
// request again, and one from the future at any time: both are refused here.
import type { IncomingMessage, Server } from 'node:http'
import { HTTPReceiver, type ReceiverEvent } from '@slack/bolt'
import { type Ear, type EarOptions, Intake } from './ear.ts'
import { PATH } from './needs.ts'
import { SILENT } from './web.ts'

export interface HttpEarOptions extends EarOptions {
  readonly signingSecret: string
  readonly port: number
}

// In milliseconds: how far Slack's clock may be ahead, how long Bolt takes a stamp, and how long open connections are let.
const AHEAD = 5000
const FRESH = 6 * 60_000
const TO_CLOSE = 1000

class Forged extends Error {}

export class HttpEar implements Ear {
  readonly #intake: Intake
  readonly #receiver: HTTPReceiver
  readonly #port: number
  readonly #seen = new Map<string, number>()
  #server: Server | null = null

  constructor(options: HttpEarOptions) {
    this.#intake = new Intake(options)
    this.#port = options.port
    this.#receiver = new HTTPReceiver({
      signingSecret: options.signingSecret,
      endpoints: PATH,
      logger: SILENT,
      customPropertiesExtractor: sealOf,
      processEventErrorHandler: async ({ error, response }) => {
        if (!response.headersSent) response.writeHead(error instanceof Forged ? 401 : 503).end()
        return true
      },
      // Slack waits for three seconds, and brings it again.
      unhandledRequestHandler: ({ response }) => {
        if (!response.headersSent) response.writeHead(503).end()
      },
    })
    this.#receiver.init(this.#intake.app((event) => this.#admit(event)))
  }

  async start(): Promise<void> {
    this.#server = await this.#receiver.start(this.#port)
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    await this.#intake.close()
    server.closeIdleConnections()
    const timer = setTimeout(() => server.closeAllConnections(), TO_CLOSE)
    await this.#receiver.stop()
    clearTimeout(timer)
  }

  isHearing(): boolean {
    return this.#server?.listening === true
  }

  /** Its signature is right, so only what Slack has signed is remembered. */
  #admit({ customProperties = {} }: ReceiverEvent): () => void {
    const { signature, stamp }: { signature?: unknown; stamp?: unknown } = customProperties
    const now = Date.now()
    for (const [old, at] of this.#seen) {
      if (at > now - FRESH) break
      this.#seen.delete(old)
    }
    if (typeof signature !== 'string' || typeof stamp !== 'number') throw new Forged()
    if (stamp * 1000 > now + AHEAD || this.#seen.has(signature)) throw new Forged()
    this.#seen.set(signature, now)
    return () => this.#seen.delete(signature)
  }
}

/** Of `v0=hash` the hash: Bolt overlooks what follows it, and would take that for another request. */
function sealOf({ headers }: IncomingMessage): { signature: string; stamp: number } {
  const signature = String(headers['x-slack-signature'] ?? '').split('=')[1] ?? ''
  return { signature, stamp: Number(headers['x-slack-request-timestamp']) }
}
