// A process that stays, and the chats that it is told to be in: whatever they do, it ends when it is to end.
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDirectory, Program } from './program.ts'

let program: Program
let data: string
let refusing: Server

beforeAll(async () => {
  program = await Program.build()
  data = await newDirectory()
  refusing = createServer((_, response) => {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"401: Unauthorized","code":0}')
  }).listen(0, '127.0.0.1')
  await once(refusing, 'listening')
})
afterAll(async () => {
  refusing.close()
  await rm(dirname(data), { recursive: true, force: true })
})

const discordAt = (port: number) => ({
  DISCORD_TOKEN: 'wrong.secret.token',
  DISCORD_APP_ID: '80351110224678912',
  DISCORD_API_URL: `http://127.0.0.1:${port}/api`,
})

test('a wrong token ends it with what to click, and nothing after that', async () => {
  const { port } = refusing.address() as AddressInfo
  const { status, stderr } = await program.run(['--data', data, 'serve'], { environment: discordAt(port) })
  expect(status).toBe(1)
  expect(stderr).toContain('Discord refuses this bot: DISCORD_TOKEN is wrong')
  expect(stderr).toContain('Reset Token')
  expect(stderr).not.toContain('trouble')
  expect(stderr).not.toContain('secret')
})

test('a directory that a bot serves is refused, and that bot is not to be ended', async () => {
  const first = program.start(['--data', data, 'serve'])
  await first.says('serving')
  const second = await program.run(['--data', data, 'serve'])
  expect(second.status).toBe(1)
  expect(second.stderr).toContain(`a bot runs on ${data} already: process ${first.pid}`)
  expect(second.stderr).not.toContain('end process')
  first.kill('SIGTERM')
  expect((await first.end()).status).toBe(0)
})

test('whom it makes admins stay so, whatever the environment of others says', async () => {
  const bot = program.start(['--data', data, 'serve'], { environment: { CLUSTO_ADMINS: 'slack:U012AB3CD' } })
  await bot.says('serving')
  bot.kill('SIGTERM')
  await bot.end()
  await program.run(['--data', data, 'count', 'web1'])
  const { stdout } = await program.run(['--data', data, '--json', 'audit'])
  expect(stdout).toContain('grant admin to slack:U012AB3CD')
  expect(stdout).not.toContain('revoke')
})

const NOWHERE = 'http://127.0.0.1:9'

test.each([
  ['slack', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: `${NOWHERE}/api/` }],
  ['discord', { ...discordAt(9) }],
])('told to end while %s is waited for, it does not wait any longer', async (chat, environment) => {
  const serving = program.start(['--data', data, 'serve'], { environment })
  await serving.says(`${chat} has trouble`)
  serving.kill('SIGTERM')
  const { status, stderr } = await serving.end()
  expect(status).toBe(0)
  expect(stderr).toContain('ended in order')
  expect(stderr).not.toContain('goes on trying')
})
