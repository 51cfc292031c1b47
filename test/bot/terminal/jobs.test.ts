// Jobs at the terminal: waited for, left alone, cut off, handed on.
import { cp, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newDirectory, Program, type Running } from './program.ts'

const LONG = { timeout: 120_000 }
const SLOW = 'power cycle type:server and web*'

let program: Program
let fresh: string
let data: string

beforeAll(async () => {
  program = await Program.build()
  fresh = await newDirectory()
  await program.run(['--demo', '--data', fresh, 'count', 'web01'])
}, 120_000)
beforeEach(async () => {
  data = await newDirectory()
  await cp(fresh, data, { recursive: true })
  // A process that goes on in the background holds it until the jobs are done.
  return () => rm(dirname(data), { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
})
afterAll(async () => {
  await rm(dirname(fresh), { recursive: true })
})

const words = (...rest: string[]) => ['--demo', '--data', data, ...rest]
const clusto = (...rest: string[]) => program.run(words(...rest))

interface Line {
  readonly ok: boolean
  readonly data: { readonly id: string; readonly state: string; readonly steps: { name: string; state: string }[] }
}

async function asked(...rest: string[]): Promise<Line> {
  return JSON.parse((await clusto('--json', ...rest)).stdout) as Line
}

/** Proposes a job that takes some seconds, and has it approved by a process that waits for it. */
async function begun(): Promise<{ readonly running: Running; readonly id: string }> {
  const { data: proposal } = await asked(...SLOW.split(' '))
  const running = program.start(words('--as', 'bob', 'approve', proposal.id))
  const said = await running.says('power cycle is running')
  const [, id = ''] = /^job (\S+): .*power cycle is running/m.exec(said) ?? []
  return { running, id }
}

/** The job when it stands still. */
async function end(id: string): Promise<Line> {
  for (;;) {
    const job = await asked('job', id)
    if (!['queued', 'running'].includes(job.data.state)) return job
  }
}

describe('who starts a job', LONG, () => {
  test('waits for its end, with a line for each step', async () => {
    const { status, stdout, stderr } = await clusto('power', 'on', 'web01')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines).toContainEqual(expect.stringMatching(/^job 1-eqf: 3\/3 switch on is done/))
    expect(lines).toContain('job 1-eqf is done')
    expect(lines.length).toBeLessThan(16)
  })

  test('has one line of JSON with the end', async () => {
    const { status, stdout } = await clusto('--json', 'power', 'on', 'web01')
    expect(status).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      kind: 'job',
      data: { id: '1-eqf', state: 'done', steps: [{ state: 'done' }, { state: 'done' }, { state: 'done' }] },
    })
  })

  test('is told of a failure by the status as well', async () => {
    await clusto('attr', 'set', 'web01', 'simulated.fault', 'no-answer')
    const { status, stdout } = await clusto('--json', 'power', 'on', 'web01')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'job-failed' }, data: { state: 'failed' } })
    const asking = await clusto('job', '1-eqf')
    expect(asking).toMatchObject({ status: 0, stdout: expect.stringContaining('job 1-eqf is failed: ') })
  })

  test('does not wait with --detach, and the job is done all the same', async () => {
    expect(await clusto('--detach', 'power', 'on', 'web01')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('job 1-eqf is queued'),
    })
    expect(await end('1-eqf')).toMatchObject({ data: { state: 'done' } })
  })
})

describe('a job is not lost', LONG, () => {
  test('when its process is killed: the next command has it gone on with', async () => {
    const { running, id } = await begun()
    running.kill('SIGKILL')
    await running.end()
    expect((await clusto('jobs')).stdout).toContain(id)
    expect(await end(id)).toMatchObject({ data: { state: 'done' } })
    expect((await clusto('job', id, 'log')).stdout).toContain('its worker is gone')
  })

  test('when nobody waits any longer', async () => {
    const { running, id } = await begun()
    running.kill('SIGINT')
    expect(await running.end()).toMatchObject({ status: 1, stderr: expect.stringContaining('Not waiting any longer') })
    expect(await end(id)).toMatchObject({ data: { state: 'done' } })
  })
})

describe('clusto serve', LONG, () => {
  test('does jobs for others, who see their progress, and ends in order', async () => {
    const server = program.start(words('serve'))
    // It answers when it holds the directory.
    const ran = await clusto('power', 'on', 'web01')
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining('3/3 switch on is done') })
    const { running, id } = await begun()
    running.kill('SIGKILL')
    await running.end()
    server.kill('SIGTERM')
    expect(await server.end()).toMatchObject({ status: 0, stderr: expect.stringContaining('ended in order') })
    expect(await end(id)).toMatchObject({ data: { state: 'done' } })
  })

  test('tells over HTTP how it is; a second one at the same address is refused, and does no work', async () => {
    const at = (address: string) => ({ environment: { CLUSTO_HTTP: address } })
    const first = program.start(words('serve'), at('127.0.0.1:0'))
    const said = await first.says('/metrics')
    const [url = ''] = /http:\S+:\d+/.exec(said) ?? []
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: 'ok' })
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await clusto('count', 'web01')
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('clusto_commands_total{outcome="done"} 1')
    const { host } = new URL(url)
    const second = ['--demo', '--data', `${data}-second`, 'serve']
    expect(await program.run(second, at(host))).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        `${host} cannot be listened on: another process does.`,
        'Set CLUSTO_HTTP to another address, such as CLUSTO_HTTP=127.0.0.1:8081, or to `off`.\n',
      ].join('\n'),
    })
    first.kill('SIGTERM')
    expect(await first.end()).toMatchObject({ status: 0 })
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  })
})

test('a worker alone is refused on the embedded database', async () => {
  expect(await program.run(['--data', data, '--json', 'worker'])).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('"code":"worker-needs-server"'),
  })
})
