// The HTTP side of the fake Discord: finds the route, keeps what was asked, checks it, limits it, and lets happen to it what a
// test has asked for.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, InvalidForm, Refused } from './answer.ts'
import { type Request, ROUTES, type Route } from './routes.ts'
import { answerTrouble, requestTrouble } from './schema.ts'
import type { FakeDiscord } from './server.ts'
import type { Upload } from './writing.ts'

export interface Seen {
  readonly method: string
  /** As sent, without the version. */
  readonly path: string
  /** As in Discord's description: `POST /channels/{channel_id}/messages`. */
  readonly route: string
  readonly query: string
  readonly body: unknown
  readonly uploads: readonly Upload[]
  readonly at: number
  status: number
}

/** What befalls a request, instead of what it asks for, or after it was done. */
export interface Mishap {
  readonly route: string
  readonly what: '500' | '500-after' | 'hang' | 'hang-after' | 'cut' | 'cut-after' | '429'
  /** How many requests; one unless said. */
  times?: number
}

export async function serve(discord: FakeDiscord, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', discord.base)
  if (url.pathname.startsWith('/attachments/')) return serveFile(discord, url.pathname, response)
  const { method = 'GET' } = incoming
  const path = url.pathname.replace(/^\/api(?:\/v10)?/, '')
  const found = match(method, path)
  const [body, uploads] = await bodyOf(incoming)
  const route = `${method} ${found?.route.path ?? path}`
  const seen: Seen = { ...{ method, path, route, query: url.search, body, uploads }, at: discord.now(), status: 0 }
  discord.seen.push(seen)
  const mishap = mishapOf(discord, route)
  const isBefore = mishap !== null && !mishap.what.endsWith('-after')
  const request = { parameters: found?.parameters ?? {}, query: url.searchParams, body, uploads }
  const isKnown = incoming.headers.authorization === `Bot ${discord.token}`
  const done = isBefore ? null : answered(discord, found?.route ?? null, request, isKnown)
  const answer = mishap === null ? done : faulty(mishap)
  seen.status = answer?.status ?? 0
  send(response, answer, mishap?.what ?? null)
  discord.changed()
}

function send(response: ServerResponse, answer: Answer | null, what: Mishap['what'] | null): void {
  // One that hangs is ended by its client, or with the server.
  if (what?.startsWith('hang')) return
  if (answer === null) {
    response.destroy()
    return
  }
  const type = answer.status === 204 ? {} : { 'content-type': 'application/json' }
  response.writeHead(answer.status, { ...type, ...answer.headers })
  response.end(answer.status === 204 ? undefined : JSON.stringify(answer.body))
}

function mishapOf({ mishaps }: FakeDiscord, route: string): Mishap | null {
  const at = mishaps.findIndex((one) => one.route === route)
  const found = mishaps[at]
  if (!found) return null
  found.times = (found.times ?? 1) - 1
  if (found.times <= 0) mishaps.splice(at, 1)
  return found
}

function faulty({ what }: Mishap): Answer | null {
  if (what.startsWith('500')) return { status: 500, body: { message: '500: Internal Server Error', code: 0 } }
  if (what !== '429') return null
  const body = { message: 'You are being rate limited.', retry_after: 0.3, global: false }
  return { status: 429, body, headers: { 'Retry-After': '0.3', 'X-RateLimit-Scope': 'shared' } }
}

/** Checked, limited and done. */
function answered(discord: FakeDiscord, route: Route | null, request: Request, isKnown: boolean): Answer {
  if (!route) return { status: 404, body: { message: '404: Not Found', code: 0 } }
  if (!route.isOpen && !isKnown) return { status: 401, body: { message: '401: Unauthorized', code: 0 } }
  const { channel_id = '', guild_id = '', webhook_token = '' } = request.parameters
  const verdict = discord.rates.take(
    `${route.method} ${route.path} ${channel_id}${guild_id}${webhook_token}`,
    route.limit,
  )
  if (verdict.retryAfter !== null) {
    const { retryAfter: retry_after, isGlobal: global } = verdict
    return {
      status: 429,
      body: { message: 'You are being rate limited.', retry_after, global },
      headers: verdict.headers,
    }
  }
  return { ...checkedRun(discord, route, request), headers: verdict.headers }
}

function checkedRun(discord: FakeDiscord, route: Route, request: Request): Answer {
  const refused = requestTrouble(route.method, route.path, request.body)
  if (refused !== null) discord.wrong.push(refused)
  try {
    const answer = route.run(discord, request)
    const trouble = answerTrouble(route.method, route.path, answer.status, answer.body)
    if (trouble !== null) discord.wrong.push(`the fake is wrong: ${trouble}`)
    return answer
  } catch (error) {
    if (error instanceof InvalidForm) discord.wrong.push(`${route.method} ${route.path}: ${error.message}`)
    if (error instanceof InvalidForm || error instanceof Refused) return error.answer
    throw error
  }
}

function match(
  method: string,
  path: string,
): { readonly route: Route; readonly parameters: Record<string, string> } | null {
  const words = path.split('/')
  for (const route of ROUTES) {
    const pattern = route.path.split('/')
    if (route.method !== method || pattern.length !== words.length) continue
    const isSame = pattern.every(
      (part, at) => part === words[at] || (part.startsWith('{') && words[at] !== '@me' && words[at] !== '@original'),
    )
    if (!isSame) continue
    const named = pattern.flatMap((part, at) => (part.startsWith('{') ? [[part.slice(1, -1), words[at] ?? '']] : []))
    return { route, parameters: Object.fromEntries(named) as Record<string, string> }
  }
  return null
}

/** JSON, or a form whose `payload_json` is that, and files. */
async function bodyOf(incoming: IncomingMessage): Promise<[unknown, Upload[]]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  const bytes = Buffer.concat(chunks)
  const type = incoming.headers['content-type'] ?? ''
  if (bytes.length === 0) return [null, []]
  if (!type.startsWith('multipart/')) return [JSON.parse(bytes.toString()), []]
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
  const uploads: Upload[] = []
  for (const [key, value] of form)
    if (typeof value !== 'string')
      uploads.push({
        at: /\d+/.exec(key)?.[0] ?? '',
        name: value.name,
        bytes: new Uint8Array(await value.arrayBuffer()),
      })
  const payload = form.get('payload_json')
  return [typeof payload === 'string' ? JSON.parse(payload) : {}, uploads]
}

function serveFile({ world }: FakeDiscord, path: string, response: ServerResponse): void {
  const messages = [...world.channels.values()].flatMap(({ messages: all }) => all)
  for (const { shown, files } of messages) {
    const found = shown.attachments.find(({ url }) => url.endsWith(path))
    const bytes = found && files.get(found.filename)
    if (bytes) {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length })
      response.end(bytes)
      return
    }
  }
  response.writeHead(404).end()
}
