// The adapter at work against the fake Slack, with a bot in memory; ended after each test.
import { createServer } from 'node:net'
import { afterEach } from 'vitest'
import type { SlackSetting } from '../../../src/bot/config.ts'
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { PATIENCE } from '../../../src/bot/slack/patience.ts'
import { MemoryFront } from './memory-front.ts'
import { BOT, FakeSlack } from './server.ts'

export const ANN = 'U0ANN0001'
export const BOB = 'U0BOB0001'
export const OPS = 'C0OPS0001'
export const ME = BOT.user

export interface Scene {
  readonly slack: FakeSlack
  readonly front: MemoryFront
  readonly adapter: SlackAdapter
}

export interface SceneOptions {
  readonly again?: number
  readonly patience?: Partial<typeof PATIENCE>
  readonly setting?: Partial<SlackSetting>
  /** Before the bot starts. */
  readonly before?: (slack: FakeSlack, front: MemoryFront) => void
  readonly isHttp?: boolean
}

export const SECRET = 'the-signing-secret-of-the-fake'

const endings: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Everything but the start. */
export async function scene({ again, patience, setting, before, isHttp = false }: SceneOptions = {}): Promise<Scene> {
  const port = isHttp ? await freePort() : 0
  const http = isHttp ? { url: `http://127.0.0.1:${port}/slack/events`, secret: SECRET } : null
  const slack = await FakeSlack.start({ http, ...(again === undefined ? {} : { again }) })
  endings.push(() => slack.stop())
  const front = new MemoryFront()
  before?.(slack, front)
  const mode = isHttp
    ? ({ tag: 'http', signingSecret: SECRET, port } as const)
    : ({ tag: 'socket', appToken: 'xapp-good' } as const)
  const given = { botToken: 'xoxb-good', mode, apiUrl: slack.url, ...setting }
  const adapter = new SlackAdapter(given, {
    ...PATIENCE,
    started: 100,
    settled: 100,
    again: 100,
    home: 100,
    ...patience,
  })
  endings.push(() => adapter.stop())
  return { slack, front, adapter }
}

export async function started(options: SceneOptions = {}): Promise<Scene> {
  const all = await scene(options)
  await all.adapter.start(all.front)
  return all
}

export const threadOn = (root: string, channel = OPS): string => JSON.stringify({ channel, root })

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
