// Socket Mode as Slack speaks it: hello, envelopes that want to be acknowledged, pings, and the ends of connections.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { BOT } from './workspace.ts'

const MOST = 10

export type LineEvent = { readonly tag: 'hello' } | { readonly tag: 'ack'; readonly envelope: string }

export class Lines {
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false })
  readonly #open = new Set<WebSocket>()
  readonly #tickets = new Set<string>()
  readonly #onEvent: (what: LineEvent) => void
  #next = 0
  /** How many connections there have been. */
  count = 0
  readonly #silent = new WeakSet<WebSocket>()
  /** Lets connections come up; without it they are refused. */
  isOpen = true

  constructor(onEvent: (what: LineEvent) => void) {
    this.#onEvent = onEvent
  }

  ticket(): string {
    const ticket = `t${this.#tickets.size + 1}`
    this.#tickets.add(ticket)
    return ticket
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', 'http://slack').searchParams.get('ticket') ?? ''
    // An address is good for one connection.
    if (!this.isOpen || !this.#tickets.delete(ticket)) {
      socket.destroy()
      return
    }
    this.#server.handleUpgrade(request, socket, head, (line) => this.#begin(line))
  }

  #begin(line: WebSocket): void {
    if (this.#open.size >= MOST) {
      line.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }))
      line.close()
      return
    }
    this.#open.add(line)
    this.count++
    line.on('close', () => this.#open.delete(line))
    line.on('error', () => undefined)
    line.on('ping', (sent) => {
      if (!this.#silent.has(line)) line.pong(sent)
    })
    line.on('message', (sent) => {
      const { envelope_id: envelope }: { envelope_id?: string } = JSON.parse(String(sent))
      if (envelope !== undefined && !this.#silent.has(line)) this.#onEvent({ tag: 'ack', envelope })
    })
    const info = { app_id: BOT.app }
    line.send(JSON.stringify({ type: 'hello', num_connections: this.#open.size, connection_info: info }))
    this.#onEvent({ tag: 'hello' })
  }

  get size(): number {
    return this.#open.size
  }

  /** To one of the connections, in turn; false where there is none. */
  send(envelope: object): boolean {
    const lines = [...this.#open].filter((line) => line.readyState === line.OPEN)
    const line = lines[this.#next++ % Math.max(1, lines.length)]
    if (!line) return false
    if (!this.#silent.has(line)) line.send(JSON.stringify(envelope))
    return true
  }

  /** Asks all to connect again, as Slack does when it moves them elsewhere; those that stay are cut off. */
  refresh(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void {
    for (const line of this.#open) {
      line.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'fake' } }))
      if (reason !== 'warning') setTimeout(() => line.terminate(), 1000).unref()
    }
  }

  /** The connections that there are stay open, and nothing goes through them any more. */
  silence(): void {
    for (const line of this.#open) {
      this.#silent.add(line)
      // Not even a close is answered.
      line.pause()
    }
  }

  /** Without a word. */
  drop(): void {
    for (const line of this.#open) line.terminate()
    this.#open.clear()
  }

  close(): void {
    this.drop()
    this.#server.close()
  }
}
