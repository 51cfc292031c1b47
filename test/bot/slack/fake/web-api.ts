// The Web API of the fake Slack: who may ask what, what befalls a call, and what was asked.
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'node:querystring'
import { parse as parseYaml } from 'yaml'
import { at, type Fields, isFields, type Json, listOf, textOf } from './json.ts'
import { type Ground, METHODS, scopeOf } from './methods.ts'
import { Refusal, TooMany } from './refusal.ts'

export interface Call {
  readonly method: string
  readonly given: Fields
  /** Milliseconds of `performance.now()`. */
  readonly at: number
  /** `ok`, the word of a refusal, `429`, `500`, `hang`, `reset`. */
  readonly outcome: string
}

/** What befalls the next call of a method: it is answered so, or not at all, before or after it was done. */
export interface Mishap {
  readonly method: string
  readonly what: 'limited' | 'error' | 'error-after' | 'hang' | 'hang-after' | 'reset' | { readonly refuse: string }
  /** Seconds, of `limited`. */
  readonly after?: number
}

type Answer = Fields | Refusal | TooMany | 'error' | 'hang' | 'reset'

const MANIFEST = listOf(
  at(
    parseYaml(readFileSync(new URL('../../../../slack-manifest.yaml', import.meta.url), 'utf8')),
    'oauth_config',
    'scopes',
    'bot',
  ),
).map(textOf)

const JSON_FIELDS = new Set(['blocks', 'view', 'metadata', 'files'])

export class WebApi {
  readonly calls: Call[] = []
  readonly mishaps: Mishap[] = []
  readonly tokens = new Map([
    ['xoxb-good', { kind: 'bot', refusal: '' }],
    ['xapp-good', { kind: 'app', refusal: '' }],
  ])
  /** Those of an app that is made from the manifest. */
  scopes = new Set(MANIFEST)
  readonly #ground: Ground

  constructor(ground: Ground) {
    this.#ground = ground
  }

  serve(method: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const given = givenIn(body)
    const answer = this.#answer(method, given, tokenOf(request))
    this.calls.push({ method, given, at: performance.now(), outcome: outcomeOf(answer) })
    this.#send(answer, response)
  }

  #answer(method: string, given: Fields, token: string): Answer {
    const index = this.mishaps.findIndex((mishap) => mishap.method === method)
    const { what = null, after = 1 } = index < 0 ? {} : (this.mishaps.splice(index, 1)[0] ?? {})
    switch (what) {
      case null:
        return this.#done(method, given, token)
      case 'limited':
        return new TooMany(after)
      case 'error':
      case 'hang':
      case 'reset':
        return what
      case 'error-after':
        this.#done(method, given, token)
        return 'error'
      case 'hang-after':
        this.#done(method, given, token)
        return 'hang'
      default:
        return new Refusal(what.refuse)
    }
  }

  #done(method: string, given: Fields, token: string): Fields | Refusal | TooMany {
    try {
      const known = METHODS[method]
      if (!known) throw new Refusal('unknown_method')
      this.#permit(method, scopeOf(known, given, this.#ground.workspace), token)
      return known.run(given, this.#ground)
    } catch (error) {
      if (error instanceof Refusal || error instanceof TooMany) return error
      throw error
    }
  }

  /** Throws Refusal. */
  #permit(method: string, scope: string | null, token: string): void {
    const known = this.tokens.get(token)
    if (!known) throw new Refusal(token === '' ? 'not_authed' : 'invalid_auth')
    if (known.refusal !== '') throw new Refusal(known.refusal)
    if ((known.kind === 'app') !== (method === 'apps.connections.open')) throw new Refusal('not_allowed_token_type')
    if (scope !== null && known.kind === 'bot' && !this.scopes.has(scope))
      throw new Refusal('missing_scope', { needed: scope, provided: [...this.scopes].join(',') })
  }

  #send(answer: Answer, response: ServerResponse): void {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'x-oauth-scopes': [...this.scopes].join(',') }
    if (answer === 'error') response.writeHead(500, { 'content-type': 'text/html' }).end('<html>server error</html>')
    else if (answer === 'reset') response.destroy()
    else if (answer instanceof TooMany)
      response
        .writeHead(429, { ...headers, 'retry-after': String(answer.after) })
        .end(JSON.stringify({ ok: false, error: 'ratelimited' }))
    else if (answer instanceof Refusal)
      response.writeHead(200, headers).end(JSON.stringify({ ok: false, error: answer.message, ...answer.more }))
    else if (answer !== 'hang') response.writeHead(200, headers).end(JSON.stringify({ ok: true, ...answer }))
  }
}

export const tokenOf = ({ headers }: IncomingMessage): string => (headers.authorization ?? '').replace('Bearer ', '')

function outcomeOf(answer: Answer): string {
  if (answer === 'error') return '500'
  if (answer instanceof TooMany) return '429'
  if (answer instanceof Refusal) return answer.message
  return typeof answer === 'string' ? answer : 'ok'
}

function givenIn(body: Buffer): Fields {
  const read = Object.entries(parse(body.toString())).map(([key, value]): [string, Json] => {
    const text = String(value)
    return [key, JSON_FIELDS.has(key) ? JSON.parse(text) : text]
  })
  const given: unknown = Object.fromEntries(read)
  return isFields(given) ? given : {}
}
