// The lock of a data directory, and what it makes of those that others have left.
import { mkdtemp, readFile, readlink, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockDirectory } from '../../../src/inventory/database/lock.ts'

const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
const space = await readlink('/proc/self/ns/pid')
const ELSEWHERE = `1 1 ${boot} pid:[1]`

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clusto-lock-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function leave(text: string, { age = 0 } = {}): Promise<void> {
  const path = join(directory, 'lock')
  await writeFile(path, `${text}\n`)
  const then = Date.now() / 1000 - age
  await utimes(path, then, then)
}

async function listen(name: string): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(directory, name), resolve))
  return server
}

const close = (server: Server) => new Promise((resolve) => server.close(resolve))
const take = async () => (await lockDirectory(directory)).release()
const refused = () => expect(take()).rejects.toMatchObject({ code: 'data-locked' })

it('is held by one at a time', async () => {
  const lock = await lockDirectory(directory)
  await refused()
  await lock.release()
  await take()
})

it('stays where another has taken it meanwhile', async () => {
  const lock = await lockDirectory(directory)
  await leave(ELSEWHERE)
  await lock.release()
  await refused()
})

it.each([
  ['of a living process, in the old form', `${process.pid}`, false],
  ['of a dead process, in the old form', '999999999', true],
  ['of a dead process', `999999999 5 ${boot} ${space}`, true],
  ['of another process with the same number', `${process.pid} 5 ${boot} ${space}`, true],
  ['from before the machine was started', `${process.pid} - 11111111-2222-3333-4444-555555555555 ${space}`, true],
  ['of another container', ELSEWHERE, false],
])('%s', async (_, text, isFree) => {
  await leave(text)
  await (isFree ? take() : refused())
})

it('of another container is free where its socket refuses, and not before a minute is over', async () => {
  const server = await listen('other.sock')
  await rename(join(directory, 'other.sock'), join(directory, 'clusto.sock'))
  await leave(ELSEWHERE, { age: 300 })
  await refused()
  await close(server)
  await leave(ELSEWHERE)
  await refused()
  await leave(ELSEWHERE, { age: 300 })
  await take()
})

it('of another container that has no socket yet is not free', async () => {
  await leave(ELSEWHERE, { age: 300 })
  await refused()
})
