// The command line as LANGUAGE, section 4, describes it.
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDirectory, Program } from './program.ts'

let program: Program
let data: string

beforeAll(async () => {
  program = await Program.build()
  data = await newDirectory()
  await program.run(['--data', data, 'add', 'server', 'web[1-3]', 'env=prod'])
})
afterAll(async () => {
  await rm(dirname(data), { recursive: true })
})

const clusto = (...words: string[]) => program.run(['--data', data, ...words])

function lines(text: string): unknown[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown)
}

describe('one command', () => {
  test('is answered on standard output, status 0', async () => {
    expect(await clusto('find', 'web*')).toEqual({
      status: 0,
      stdout: 'name  type    driver\nweb1  server  server\nweb2  server  server\nweb3  server  server\n3 things\n',
      stderr: '',
    })
  })

  test('may be one word for the shell', async () => {
    expect((await clusto('count web* and attr:env,prod')).stdout).toBe('3\n')
  })

  test('that is refused is told on standard error, status 1', async () => {
    const ran = await clusto('add', 'server', 'web1')
    expect(ran).toMatchObject({ status: 1, stdout: '' })
    expect(ran.stderr).toContain('  add server web1\n             ^^^^\n')
  })

  test('that is not understood has status 2', async () => {
    const ran = await clusto('find', 'web1', 'and')
    expect(ran).toMatchObject({ status: 2, stdout: '' })
    expect(ran.stderr).toMatch(/^ {2}find web1 and\n {15}\^\n/)
  })

  test('keeps a value in quotes whole', async () => {
    await clusto('attr', 'set', 'web1', 'note', 'disk and fan')
    expect((await clusto('attr', 'get', 'web1', 'note')).stdout).toContain('disk and fan  text')
    expect((await clusto('find', 'attr:note,"disk and fan"')).stdout).toContain('web1')
  })
})

describe('--json', () => {
  test('is one line on standard output and nothing else, done or not', async () => {
    const done = await clusto('--json', 'count', 'web*')
    expect(done).toEqual({
      status: 0,
      stdout: '{"command":"count web*","ok":true,"kind":"count","text":"3","data":{"count":3}}\n',
      stderr: '',
    })
    const refused = await clusto('--json', 'find', 'drvier:server')
    expect(refused).toMatchObject({ status: 2, stderr: '' })
    expect(lines(refused.stdout)).toMatchObject([
      {
        command: 'find drvier:server',
        ok: false,
        error: { code: 'unknown-pattern', position: 5, suggestions: ['driver'] },
      },
    ])
  })

  test('has a line for a database that cannot be opened, too', async () => {
    const directory = dirname(data)
    await mkdir(join(directory, 'other'))
    await writeFile(join(directory, 'other', 'letter.txt'), 'dear')
    const ran = await program.run(['--json', '--data', join(directory, 'other'), 'count', 'web*'])
    expect(ran.status).toBe(1)
    expect(lines(ran.stdout)).toMatchObject([{ command: 'count web*', ok: false, error: { code: 'data-foreign' } }])
    expect(await readdir(join(directory, 'other'))).toEqual(['letter.txt'])
  })
})

describe('a script', () => {
  const script = '# what there is\n\ncount web*\n  # and more\nfind web1 and\ncount web1\r\nadd server web1\ncount web2'

  test('stops at the first command that fails, with its line and status', async () => {
    const ran = await program.run(['--data', data, 'run', '-'], { input: script })
    expect(ran).toMatchObject({ status: 2, stdout: '3\n' })
    expect(ran.stderr).toContain('line 5')
  })

  test('goes on with --keep-going, and ends with the worst status', async () => {
    const ran = await program.run(['--data', data, '--keep-going', '--json', 'run', '-'], { input: script })
    expect(ran.status).toBe(2)
    expect(lines(ran.stdout)).toMatchObject([
      { command: 'count web*', ok: true },
      { command: 'find web1 and', ok: false },
      { command: 'count web1', ok: true },
      { command: 'add server web1', ok: false },
      { command: 'count web2', ok: true },
    ])
  })

  test('comes from a file, or from standard input without a word', async () => {
    const file = join(dirname(data), 'script')
    await writeFile(file, '\ufeffcount web*\n')
    expect(await clusto('run', file)).toMatchObject({ status: 0, stdout: '3\n' })
    expect(await program.run(['--data', data], { input: 'count web1\n' })).toMatchObject({ status: 0, stdout: '1\n' })
  })

  test('stops where nobody reads its answers any more, and ends in order with status 1', async () => {
    const file = join(dirname(data), 'unread')
    await writeFile(file, `${'count web*\n'.repeat(3)}add server unread\n`)
    const words = [process.execPath, program.main, '--data', data, 'run', file].map((word) => `'${word}'`).join(' ')
    const { stdout } = await promisify(execFile)('bash', ['-c', `${words} | true; echo "\${PIPESTATUS[0]}"`])
    expect(stdout).toBe('1\n')
    expect(await readdir(data)).not.toContain('lock')
    expect((await clusto('count', 'unread')).stdout).toBe('0\n')
  })

  test('that is not there is refused', async () => {
    const ran = await clusto('run', join(dirname(data), 'nowhere'))
    expect(ran).toMatchObject({ status: 1, stdout: '' })
    expect(ran.stderr).toContain('it is not there')
  })
})

describe('export', () => {
  test('goes to standard output where that is no terminal, and leaves no file', async () => {
    const ran = await clusto('export', 'web1', 'csv')
    expect(ran.stdout).toContain('web1')
    expect(ran.stdout.split('\n').length).toBe(3)
    expect(await readdir(data)).not.toContain('artefacts')
  })

  test('is a file with --json, for its owner alone', async () => {
    const [answer] = lines((await clusto('--json', 'export', 'web1', 'json')).stdout) as [{ data: { path: string } }]
    expect(dirname(answer.data.path)).toBe(join(data, 'artefacts'))
    expect(await readFile(answer.data.path, 'utf8')).toContain('web1')
    expect((await stat(answer.data.path)).mode & 0o777).toBe(0o600)
  })

  test('is read back by import, relative to the working directory', async () => {
    const exported = await clusto('export', 'web1', 'json')
    await writeFile(join(dirname(data), 'web1.json'), exported.stdout)
    const settings = { directory: dirname(data) }
    const ran = await program.run(['--data', data, '--json', 'import', 'json', 'web1.json'], settings)
    expect(lines(ran.stdout)).toMatchObject([{ ok: true, data: { version: null, changed: 0 } }])
  })

  test('of a file that is not there is refused', async () => {
    expect(await clusto('--json', 'import', 'json', 'nowhere.json')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('"code":"file-not-found"'),
    })
  })
})

describe('options', () => {
  test('--help and --version need no database', async () => {
    expect(await program.run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--keep-going') })
    expect(await program.run(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^clusto \d/) })
  })

  test('that are unknown have status 2', async () => {
    const ran = await program.run(['--jsno', 'find', 'x'])
    expect(ran).toMatchObject({ status: 2, stdout: '' })
    expect(ran.stderr).toContain('--jsno')
  })

  test('a setting that is wrong is named', async () => {
    const ran = await program.run(['whoami'], { environment: { CLUSTO_ADMINS: 'alice' } })
    expect(ran).toMatchObject({ status: 1, stdout: '' })
    expect(ran.stderr).toContain('CLUSTO_ADMINS')
  })
})

describe('the demo', () => {
  let demo: string
  beforeAll(async () => {
    demo = await newDirectory()
  })
  afterAll(() => rm(dirname(demo), { recursive: true }))

  test('is seeded once, and answers the questions of the docs', async () => {
    const input = 'driver:Server connected to name:rack101\nlocate server1\n'
    const ran = await program.run(['--demo', '--data', demo], { input })
    expect(ran.status).toBe(0)
    expect(ran.stdout).toContain(
      'server1 -> connected to port 4 on switch2a\nserver1 -> connected to RU13 in rack101\n',
    )
    await program.run(['--demo', '--data', demo, 'delete', 'spare01', 'force'])
    const [before] = lines((await program.run(['--demo', '--data', demo, '--json', 'count', '*'])).stdout)
    const [after] = lines((await program.run(['--data', demo, '--json', 'count', '*'])).stdout)
    expect(after).toEqual(before)
  })

  test('has operators to switch between', async () => {
    const who = async (...options: string[]) => program.run(['--data', demo, ...options, 'whoami'])
    expect((await who('--demo')).stdout).toContain('demo:alice')
    expect((await who('--demo', '--as', 'bob')).stdout).toContain('demo:bob is bob\nrole approver\n')
    expect(await who('--demo', '--as', 'eve')).toMatchObject({ status: 1, stderr: expect.stringContaining('carol') })
    expect(await who('--as', 'bob')).toMatchObject({ status: 1, stderr: expect.stringContaining('--demo') })
  })

  test('does not touch an inventory that is in use', async () => {
    const ran = await program.run(['--demo', '--data', data, 'count', '*'])
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining('real inventory') })
  })
})
