// Slack on 127.0.0.1: a Web API that enforces Slack's limits, and Socket Mode or signed requests, for the real client
// libraries. It keeps what it received, and can be told to refuse, to lose answers, to fall silent, and to deliver again.
import { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Deliveries, type DeliveryOptions } from './fake/deliveries.ts'
import type { Fields } from './fake/json.ts'
import { Lines } from './fake/lines.ts'
import { People } from './fake/people.ts'
import { Rates } from './fake/rates.ts'
import { type Call, tokenOf, WebApi } from './fake/web-api.ts'
import { BOT, Workspace } from './fake/workspace.ts'

export { buttonsOf } from './fake/people.ts'
export { BOT } from './fake/workspace.ts'

export class FakeSlack {
  readonly workspace = new Workspace()
  readonly rates = new Rates()
  readonly web: WebApi
  readonly people: People
  readonly lines: Lines
  readonly deliveries: Deliveries
  /** Answers that were sent through a `response_url`. */
  readonly responses: Fields[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #bell = new EventEmitter().setMaxListeners(0)
  url = ''

  private constructor({ again = 3000, http = null }: Partial<DeliveryOptions>) {
    const { workspace, rates } = this
    const ring = () => this.#bell.emit('ring')
    this.lines = new Lines((what) => (what.tag === 'ack' ? this.deliveries.acked(what.envelope) : ring()))
    this.deliveries = new Deliveries({ again, http }, this.lines, ring)
    this.people = new People(
      workspace,
      () => this.url,
      (kind, payload) => this.deliveries.deliver(kind, payload),
    )
    this.web = new WebApi({
      ...{ workspace, rates, url: () => this.url },
      triggeredBy: (id) => this.people.triggers.get(id) ?? null,
      socketUrl: () => `${this.url.replace('http', 'ws').replace('/api/', '/link')}?ticket=${this.lines.ticket()}`,
    })
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('upgrade', (request, socket, head) => this.lines.upgrade(request, socket, head))
  }

  /** With the people ann (U0ANN0001) and bob (U0BOB0001), and the channel ops (C0OPS0001) that they and the bot are in. */
  static async start(options: Partial<DeliveryOptions> = {}): Promise<FakeSlack> {
    const slack = new FakeSlack(options)
    slack.workspace.addUser('U0ANN0001', 'ann')
    slack.workspace.addUser('U0BOB0001', 'bob')
    slack.workspace.addChannel('C0OPS0001', 'ops', ['U0ANN0001', 'U0BOB0001', BOT.user])
    await slack.comeBack(0)
    return slack
  }

  /** At a port that `goAway` has answered with. */
  async comeBack(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/`
  }

  /** Nothing of it can be reached. */
  async goAway(): Promise<number> {
    const { port } = this.#server.address() as AddressInfo
    this.lines.drop()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    return port
  }

  async stop(): Promise<void> {
    this.deliveries.stop()
    this.lines.close()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Answers when it holds; looked at whenever something happens here, and often enough for what happens elsewhere. */
  async until(holds: () => boolean, what: string, limit = 20_000): Promise<void> {
    const end = performance.now() + limit
    while (!holds()) {
      if (performance.now() > end) throw new Error(`it did not come to this: ${what}`)
      await new Promise<void>((resolve) => {
        const over = () => {
          clearTimeout(timer)
          this.#bell.off('ring', over)
          resolve()
        }
        const timer = setTimeout(over, 50)
        this.#bell.once('ring', over)
      })
    }
  }

  revoke(token: 'xoxb-good' | 'xapp-good', refusal = 'token_revoked'): void {
    const known = this.web.tokens.get(token)
    if (known) known.refusal = refusal
  }

  /** Of one method, in order. */
  callsOf(method: string): Call[] {
    return this.web.calls.filter((call) => call.method === method)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, method = '', id = ''] = /^\/api\/([\w.]+)(?:\/(.+))?$/.exec((request.url ?? '').split('?')[0] ?? '') ?? []
    const body = await bodyOf(request)
    if (method === 'upload') this.#upload(id, request, body, response)
    else if (method === 'files') this.#download(id, request, response)
    else if (method === 'response') {
      this.responses.push(JSON.parse(body.toString()))
      response.end('ok')
    } else this.web.serve(method, request, body, response)
    this.#bell.emit('ring')
  }

  #upload(id: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const file = this.workspace.files.get(id)
    if (file) this.workspace.files.set(id, { ...file, content: partOf(request, body) })
    response.writeHead(file ? 200 : 404).end(`OK - ${body.length}`)
  }

  #download(id: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.workspace.files.get(id)
    if (file && this.web.tokens.get(tokenOf(request))?.kind === 'bot') response.end(file.content)
    else response.writeHead(302, { location: '/sign-in' }).end()
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The one part of a form, or the whole body. */
function partOf({ headers }: IncomingMessage, body: Buffer): Buffer {
  const [, boundary] = /boundary=(.+)$/.exec(headers['content-type'] ?? '') ?? []
  if (boundary === undefined) return body
  return body.subarray(body.indexOf('\r\n\r\n') + 4, body.lastIndexOf(`\r\n--${boundary}`))
}
