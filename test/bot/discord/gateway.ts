// The gateway of the fake Discord: sessions that can be resumed, sequence numbers, heartbeats, and what can befall them.
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { snowflake } from './world.ts'

const OP = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalid: 9, hello: 10, ack: 11 } as const
export const INTENT = {
  guilds: 1 << 0,
  guildMessages: 1 << 9,
  directMessages: 1 << 12,
  messageContent: 1 << 15,
} as const

interface Session {
  readonly id: string
  readonly intents: number
  socket: WebSocket | null
  sequence: number
  readonly sent: { readonly s: number; readonly text: string }[]
}

export interface GatewayOptions {
  readonly token: () => string
  /** Null where the intents may be used, else the code that the socket is closed with. */
  readonly refusal: (intents: number) => number | null
  readonly ready: (session: string, url: string) => object
  readonly greet: () => readonly Dispatch[]
  readonly url: () => string
}

export interface Dispatch {
  readonly t: string
  readonly d: object
  /** Any of these intents brings it. */
  readonly intents: number
  /** Without the intent for the content of messages it is this. */
  readonly without?: object
}

export class Gateway {
  readonly #options: GatewayOptions
  readonly #server: WebSocketServer
  readonly #sessions = new Map<string, Session>()
  readonly #waiting = new Set<() => void>()
  /** How often somebody has identified, and resumed. */
  identified = 0
  resumed = 0
  heartbeat = 41_250
  /** Nobody gets in: connections are closed at once. */
  isClosed = false
  /** Heartbeats are not answered: a connection that is dead and does not know. */
  isMute = false

  constructor(server: Server, options: GatewayOptions) {
    this.#options = options
    this.#server = new WebSocketServer({ server, path: '/gateway' })
    this.#server.on('connection', (socket) => this.#greet(socket))
  }

  get connected(): number {
    return [...this.#sessions.values()].filter(({ socket }) => socket !== null).length
  }

  /** All sessions get it, now or when they resume. */
  dispatch({ t, d, intents, without }: Dispatch): void {
    for (const session of this.#sessions.values()) {
      if (intents !== 0 && (session.intents & intents) === 0) continue
      this.#send(session, t, without && (session.intents & INTENT.messageContent) === 0 ? without : d)
    }
  }

  /** Connections break, as when a cable is pulled. */
  drop(): void {
    for (const { socket } of this.#sessions.values()) socket?.terminate()
  }

  /** As Discord does it now and then. */
  askReconnect(): void {
    for (const { socket } of this.#sessions.values()) socket?.send(JSON.stringify({ op: OP.reconnect, d: null }))
  }

  /** Sessions are over and nothing is replayed: a new one begins with what comes then. */
  invalidate(): void {
    for (const session of this.#sessions.values()) {
      session.socket?.send(JSON.stringify({ op: OP.invalid, d: false }))
      this.#sessions.delete(session.id)
    }
  }

  /** The resume window has passed: what is disconnected has to identify anew. */
  forget(): void {
    for (const { id, socket } of [...this.#sessions.values()]) if (socket === null) this.#sessions.delete(id)
  }

  close(code: number): void {
    for (const { socket } of this.#sessions.values()) socket?.close(code)
  }

  /** Until something is so; looked at whenever somebody connects or leaves. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #changed(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  #send(session: Session, t: string, d: object): void {
    const s = ++session.sequence
    const text = JSON.stringify({ op: OP.dispatch, s, t, d })
    session.sent.push({ s, text })
    session.socket?.send(text)
  }

  #greet(socket: WebSocket): void {
    if (this.isClosed) {
      socket.terminate()
      return
    }
    let session: Session | null = null
    socket.send(JSON.stringify({ op: OP.hello, d: { heartbeat_interval: this.heartbeat } }))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = null
      this.#changed()
    })
    socket.on('message', (bytes) => {
      const { op, d } = JSON.parse(String(bytes)) as { op: number; d: Said }
      if (op === OP.heartbeat && !this.isMute) socket.send(JSON.stringify({ op: OP.ack, d: null }))
      if (op === OP.identify) session = this.#identify(socket, d)
      if (op === OP.resume) session = this.#resume(socket, d)
      this.#changed()
    })
  }

  #identify(socket: WebSocket, { token, intents = 0 }: Said): Session | null {
    const refusal = token === this.#options.token() ? this.#options.refusal(intents) : 4004
    if (refusal !== null) {
      socket.close(refusal)
      return null
    }
    this.identified++
    const session: Session = { id: snowflake(), intents, socket, sequence: 0, sent: [] }
    this.#sessions.set(session.id, session)
    this.#send(session, 'READY', this.#options.ready(session.id, this.#options.url()))
    for (const { t, d } of this.#options.greet()) this.#send(session, t, d)
    return session
  }

  #resume(socket: WebSocket, { token, session_id = '', seq = 0 }: Said): Session | null {
    if (token !== this.#options.token()) {
      socket.close(4004)
      return null
    }
    const session = this.#sessions.get(session_id)
    if (!session) {
      socket.send(JSON.stringify({ op: OP.invalid, d: false }))
      return null
    }
    this.resumed++
    session.socket = socket
    for (const { s, text } of session.sent) if (s > seq) socket.send(text)
    this.#send(session, 'RESUMED', {})
    return session
  }
}

interface Said {
  readonly token?: string
  readonly intents?: number
  readonly session_id?: string
  readonly seq?: number
}
