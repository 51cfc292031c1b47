// How the fake Slack brings what happens to the bot: in envelopes through the socket, or by signed requests; again and again
// until it is acknowledged.
import { createHmac } from 'node:crypto'
import type { Fields } from './json.ts'
import type { Lines } from './lines.ts'

export type Kind = 'events_api' | 'slash_commands' | 'interactive'

export interface Delivery {
  readonly envelope: string
  readonly payload: Fields
  readonly attempts: number
  /** Milliseconds of `performance.now()`. */
  readonly sentAt: number
  ackedAt: number | null
  /** What the bot's port answered, in HTTP mode. */
  status: number | null
}

export interface DeliveryOptions {
  /** Milliseconds after which what was not acknowledged is brought again; Slack waits for three seconds. */
  readonly again: number
  /** Of the bot's port: then requests are sent, signed, instead of envelopes. */
  readonly http: { readonly url: string; readonly secret: string } | null
}

export class Deliveries {
  readonly all: Delivery[] = []
  readonly #options: DeliveryOptions
  readonly #lines: Lines
  readonly #onChange: () => void
  readonly #timers = new Set<NodeJS.Timeout>()
  // What is not acknowledged yet: deliveries by their envelope, and events.
  readonly #sent = new Map<string, Delivery>()
  readonly #open = new Set<Fields>()
  #count = 0

  constructor(options: DeliveryOptions, lines: Lines, onChange: () => void) {
    this.#options = options
    this.#lines = lines
    this.#onChange = onChange
  }

  deliver(kind: Kind, payload: Fields, attempts = 0): void {
    const envelope = `e${++this.#count}`
    const delivery: Delivery = { envelope, payload, attempts, sentAt: performance.now(), ackedAt: null, status: null }
    this.all.push(delivery)
    this.#sent.set(envelope, delivery)
    if (attempts === 0) this.#open.add(payload)
    if (this.#options.http === null) this.#lines.send(wrapped(kind, delivery))
    else
      void this.request(payload).then((status) => {
        delivery.status = status
        if (status === 200) this.#settle(delivery)
        this.#onChange()
      })
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (delivery.ackedAt === null) this.deliver(kind, payload, attempts + 1)
    }, this.#options.again)
    this.#timers.add(timer)
  }

  acked(envelope: string): void {
    const delivery = this.#sent.get(envelope)
    if (delivery) this.#settle(delivery)
    this.#onChange()
  }

  #settle(delivery: Delivery): void {
    delivery.ackedAt ??= performance.now()
    this.#sent.delete(delivery.envelope)
    this.#open.delete(delivery.payload)
  }

  /** Each event has been acknowledged by one of its deliveries. */
  areAcked(): boolean {
    return this.#open.size === 0
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  /** Sends it to the bot's port as Slack does, except for what is given; answers with the status, 0 where there is none. */
  async request(
    payload: Fields,
    given: {
      readonly stamp?: number
      readonly signature?: (right: string) => string | null
      readonly body?: string
    } = {},
  ): Promise<number> {
    const { http } = this.#options
    if (http === null) throw new Error('not in HTTP mode')
    const isEvent = payload.type === 'event_callback' || payload.type === 'url_verification'
    const { body = isEvent ? JSON.stringify(payload) : formOf(payload), stamp = Math.floor(Date.now() / 1000) } = given
    const { signature = (right: string) => right } = given
    const signed = signature(sign(http.secret, stamp, body))
    const headers = {
      'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(stamp),
      ...(signed === null ? {} : { 'x-slack-signature': signed }),
    }
    try {
      const answer = await fetch(http.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return 0
    }
  }
}

export function sign(secret: string, stamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex')}`
}

function wrapped(type: Kind, { envelope, payload, attempts }: Delivery): object {
  const retried = attempts === 0 ? {} : { retry_attempt: attempts, retry_reason: 'timeout' }
  return { type, envelope_id: envelope, payload, accepts_response_payload: type !== 'events_api', ...retried }
}

const formOf = (payload: Fields): string =>
  payload.type === undefined
    ? new URLSearchParams(
        Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)]),
      ).toString()
    : new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
