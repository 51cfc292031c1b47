// Two processes and one data directory: the one that holds it answers for both.
import { cp, lstat, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newDirectory, Program, type Running } from './program.ts'

let program: Program
let fresh: string
let data: string

beforeAll(async () => {
  program = await Program.build()
  fresh = await newDirectory()
  await program.run(['--data', fresh, 'add', 'server', 'web[1-3]'])
})
beforeEach(async () => {
  data = join(await newDirectory())
  await cp(fresh, data, { recursive: true })
  return () => rm(dirname(data), { recursive: true })
})
afterAll(async () => {
  await rm(dirname(fresh), { recursive: true })
})

const clusto = (...words: string[]) => program.run(['--data', data, ...words])

/** A process that holds the directory until its input ends. */
async function hold(...options: string[]): Promise<Running> {
  const holder = program.start([...options, '--data', data, 'run', '-'])
  holder.type('count web*\n')
  await holder.says('3')
  return holder
}

describe('while a process holds the directory', () => {
  test('another is answered as usual, and sees what the first has done', async () => {
    const holder = await hold()
    expect((await lstat(join(data, 'clusto.sock'))).mode & 0o777).toBe(0o600)
    expect(await clusto('--json', 'add', 'server', 'web4')).toMatchObject({ status: 0 })
    expect(await clusto('add', 'server', 'web4')).toMatchObject({ status: 1, stdout: '' })
    expect(await clusto('find', 'and')).toMatchObject({ status: 2 })
    holder.type('count web* and name:/web./\n')
    await holder.says('4')
    expect(await holder.end()).toMatchObject({ status: 0, stdout: '3\n4\n' })
    expect(await readdir(data)).toEqual(['clusto.json', 'db'])
  })

  test('whoever asks is who the operating system says', async () => {
    const holder = await hold()
    const [here, there] = [await clusto('whoami'), await clusto('whoami')]
    expect(here).toEqual(there)
    expect(here.stdout).toMatch(/^os:/)
    expect(await clusto('--demo', 'whoami')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('real inventory'),
    })
    await holder.end()
  })

  test('files are read by the process that asks, in its directory', async () => {
    const holder = await hold()
    const exported = await clusto('export', 'web1', 'json')
    expect(exported.stdout).toContain('web1')
    await writeFile(join(dirname(data), 'one.json'), exported.stdout.replaceAll('web1', 'web9'))
    const settings = { directory: dirname(data) }
    expect(await program.run(['--data', data, 'import', 'json', 'one.json'], settings)).toMatchObject({ status: 0 })
    expect((await clusto('count', 'web9')).stdout).toBe('1\n')
    expect(await clusto('import', 'json', 'one.json')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not there'),
    })
    await holder.end()
  })

  test('one that ends passes the next command on to whoever comes', async () => {
    const holder = await hold()
    const other = program.start(['--data', data, 'run', '-'])
    other.type('count web1\n')
    await other.says('1')
    await holder.end()
    other.type('count web*\n')
    await other.says('3')
    expect(await clusto('count', 'web*')).toMatchObject({ status: 0, stdout: '3\n' })
    expect(await other.end()).toMatchObject({ status: 0, stdout: '1\n3\n' })
  })

  test('one that is killed leaves nothing in the way', async () => {
    const holder = await hold()
    holder.type('add server web5\n')
    await holder.says('web5 added')
    holder.kill('SIGKILL')
    await holder.end()
    expect(await readdir(data)).toEqual(expect.arrayContaining(['clusto.sock', 'lock']))
    expect(await clusto('count', 'web*')).toMatchObject({ status: 0, stdout: '4\n' })
  })

  test('one that is stopped is given up, and nothing is done', async () => {
    const holder = await hold()
    holder.kill('SIGSTOP')
    const ran = await clusto('--json', 'add', 'server', 'web6')
    expect(ran).toMatchObject({ status: 1, stdout: expect.stringContaining('"code":"holder-silent"') })
    holder.kill('SIGCONT')
    expect((await clusto('count', 'web6')).stdout).toBe('0\n')
    await holder.end()
  })

  test('one whose process id is another by now is not waited for', async () => {
    await writeFile(join(data, 'lock'), `${process.pid} 1\n`)
    expect(await clusto('count', 'web*')).toMatchObject({ status: 0, stdout: '3\n' })
  })
})

describe('several at the same moment', () => {
  test('are all answered, on a directory that is there and on one that is not', async () => {
    for (const directory of [data, join(dirname(data), 'new')]) {
      const names = ['a1', 'a2', 'a3', 'a4']
      const ran = await Promise.all(names.map((name) => program.run(['--data', directory, 'add', 'server', name])))
      expect(ran.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
        names.map(() => ({ status: 0, stderr: '' })),
      )
      expect((await program.run(['--data', directory, 'count', 'a*'])).stdout).toBe('4\n')
    }
  })
})

describe('a data directory', () => {
  const refused = async (code: string) => {
    const ran = await clusto('--json', 'count', 'web*')
    expect(ran).toMatchObject({ status: 1, stdout: expect.stringContaining(`"code":"${code}"`) })
  }

  test('that another program has made is refused', async () => {
    await rm(join(data, 'clusto.json'))
    await refused('data-foreign')
  })

  test('of another version is refused', async () => {
    await writeFile(join(data, 'clusto.json'), '{"format":99}')
    await refused('data-version')
  })

  test.each(['clusto.json', 'db/PG_VERSION', 'db/global/pg_control'])('with a damaged %s is refused', async (file) => {
    await writeFile(join(data, file), 'garbage')
    await refused('data-corrupt')
  })

  test('that has lost what it is known by is refused, and kept as it is', async () => {
    await rm(join(data, 'db', 'PG_VERSION'))
    await refused('data-corrupt')
    expect(await readdir(join(data, 'db'))).not.toContain('PG_VERSION')
  })

  test('whose making was cut off is made anew', async () => {
    await rm(join(data, 'db', 'global'), { recursive: true })
    await writeFile(join(data, 'db.unfinished'), '')
    expect(await clusto('count', 'web*')).toMatchObject({ status: 0, stdout: '0\n' })
  })
})
