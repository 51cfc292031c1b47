// Tells whoever watches over the bot how it is: `/healthz` whether it works, `/readyz` whether it hears everybody, `/metrics`
// figures for Prometheus. Nobody has to say who they are, so nothing of the inventory is told.
import fastify, { type FastifyReply } from 'fastify'
import type { Knex } from 'knex'
import type { HttpSetting } from '../config.ts'
import { BotError } from '../error.ts'
import type { Service } from '../services.ts'
import { figuresOf } from './figures.ts'
import { type Health, type Verdict, verdictOf } from './health.ts'
import type { Metrics } from './metrics.ts'
import { Probe } from './probe.ts'

export interface Watched {
  readonly knex: Knex
  /** The chats that are configured. */
  readonly healths: readonly Health[]
  readonly metrics: Metrics
  /** The process was told to end: nothing new is to be sent to it. */
  isEnding(): boolean
}

export interface HttpService extends Service {
  /** `http://127.0.0.1:8080` */
  readonly url: string
}

// In milliseconds: who asks so little asks it quickly.
const REQUEST_LIMIT = 10_000

/** Listens when it answers, and until it is stopped. Throws BotError `http-unusable`. */
export async function openHttp({ host, port }: HttpSetting, watched: Watched): Promise<HttpService> {
  const app = fastify({ forceCloseConnections: true, requestTimeout: REQUEST_LIMIT, bodyLimit: 1024 })
  const { knex, healths, metrics } = watched
  const database = new Probe(() => knex.raw('select 1'))
  const figures = new Probe(() => figuresOf(knex))
  const trouble = async (): Promise<string | null> => {
    const seen = await database.look()
    return seen.tag === 'trouble' ? seen.detail : null
  }
  app.addHook('onSend', async (_, reply) => void reply.header('cache-control', 'no-store'))
  app.get('/healthz', async (_, reply) => {
    const verdict = verdictOf(await trouble(), [])
    return told(reply, verdict, verdict.isWell ? 'ok' : 'not ok')
  })
  app.get('/readyz', async (_, reply) => {
    const verdict = verdictOf(await trouble(), [...healths, endingOf(watched)])
    return told(reply, verdict, verdict.isWell ? 'ready' : 'not ready')
  })
  app.get('/metrics', async (_, reply) => {
    const text = await metrics.text(healths, await figures.look())
    return reply.type(metrics.contentType).send(text)
  })
  const url = await listening(() => app.listen({ host, port }), { host, port })
  return { url, start: () => Promise.resolve(), stop: () => app.close() }
}

const endingOf = (watched: Watched): Health => ({
  name: 'process',
  isWell: () => !watched.isEnding(),
  detail: 'it is ending',
})

function told(reply: FastifyReply, { isWell, checks }: Verdict, status: string): FastifyReply {
  return reply.code(isWell ? 200 : 503).send({ status, checks })
}

async function listening(listen: () => Promise<string>, { host, port }: HttpSetting): Promise<string> {
  try {
    return await listen()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new BotError('http-unusable', { host, port, code })
  }
}
