// A Postgres server of our own in a folder of its own, for tests and benchmarks. Installs the programs where that is ours
// to do: as root on Debian.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { access, chmod, chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { query } from './query.ts'

const run = promisify(execFile)

/** The operating system's user that the server runs as; undefined is the user that runs this. */
interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** `fast`: connections are cut, and what was not committed is taken back. `immediate`: as a crash, with a recovery after it. */
export type Stop = 'fast' | 'immediate'

export interface Server {
  /** Where a database of this server is reached. */
  url(database: string): string
  /** Makes an empty database and answers with its address. */
  createDatabase(name: string): Promise<string>
  /** Stops the program, and starts it again on the same files after `meanwhile`. */
  restart(how: Stop, meanwhile: () => Promise<unknown>): Promise<void>
  stop(): Promise<void>
}

/** Starts a server with these settings beside those that keep it private. Throws where there are no programs. */
export async function startServer(settings: Readonly<Record<string, string>>): Promise<Server> {
  return start(await findPrograms(), await account(), settings)
}

/** The folder that holds `initdb` and `postgres`, after installing them where they are missing and we may. */
async function findPrograms(): Promise<string> {
  const found = await installedPrograms()
  if (found !== null) return found
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    throw new Error('no Postgres server is installed, and only root on Debian may install one')
  await install()
  const installed = await installedPrograms()
  if (installed === null) throw new Error('the package postgresql brought no server')
  return installed
}

async function installedPrograms(): Promise<string | null> {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? (await readdir(debian)).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => existsSync(join(folder, program)))) ?? null
}

async function install(): Promise<void> {
  // The package would start a server of its own: policy-rc.d forbids that while it is installed.
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) {
    await writeFile(policy, '#!/bin/sh\nexit 101\n')
    await chmod(policy, 0o755)
  }
  const apt = (...args: string[]) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 1 << 26,
    })
  try {
    console.log('Installing the package postgresql')
    await apt('update')
    await apt('install', '-y', '--no-install-recommends', 'postgresql')
  } finally {
    if (ours) await rm(policy, { force: true })
  }
}

/** Postgres refuses to run as root: then it runs as the user that its package made. */
async function account(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  const number = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout.trim())
  return { uid: await number('-u'), gid: await number('-g') }
}

async function start(
  programs: string,
  { uid, gid }: Account,
  wanted: Readonly<Record<string, string>>,
): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'clusto-pg-'))
  const as = uid === undefined || gid === undefined ? {} : { uid, gid }
  // A socket in a folder of our own: no port to collide, and nobody else reaches it.
  const settings = { listen_addresses: '', unix_socket_directories: folder, ...wanted }
  const url = (database: string) => `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`
  const launchAgain = () => launch({ programs, folder, as, settings, url: url('postgres') })
  try {
    if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid)
    await run(
      join(programs, 'initdb'),
      [
        ...['-D', join(folder, FILES), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
        ...['--no-sync', '--no-instructions'],
      ],
      { cwd: folder, ...as },
    )
    let end = await launchAgain()
    return {
      url,
      createDatabase: async (name) => {
        await query(url('postgres'), `create database ${name}`)
        return url(name)
      },
      restart: async (how, meanwhile) => {
        await end(how)
        await meanwhile()
        end = await launchAgain()
      },
      stop: async () => {
        await end('fast')
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

// Of a server, in its folder.
const FILES = 'data'
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const

interface Launch {
  readonly programs: string
  readonly folder: string
  readonly as: Account
  readonly settings: Readonly<Record<string, string>>
  readonly url: string
}

/** Starts the program and waits until it answers; what it answers with ends it. */
async function launch({ programs, folder, as, settings, url }: Launch): Promise<(how: Stop) => Promise<void>> {
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', join(folder, FILES), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...as },
  )
  let log = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4000)
  })
  const gone = once(server, 'exit')
  // Where this process is killed, its end of the pipe closes: the server ends at once and its folder goes.
  const watch = spawn(
    '/bin/sh',
    [
      '-c',
      'read -r _; kill -QUIT "$1" && while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$2"',
      'watch',
      String(server.pid),
      folder,
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true, ...as },
  )
  watch.unref()
  const end = async (how: Stop) => {
    if (server.exitCode === null && server.kill(SIGNALS[how])) await gone
    watch.kill('SIGKILL')
  }
  try {
    await answers(url, () => {
      if (server.exitCode !== null) throw new Error(`Postgres does not start: ${log}`)
    })
    return end
  } catch (error) {
    await end('fast')
    throw error
  }
}

async function answers(url: string, check: () => void): Promise<void> {
  const socket = join(new URL(url).searchParams.get('host') ?? '', '.s.PGSQL.5432')
  for (const limit = Date.now() + 30_000; ; ) {
    check()
    try {
      await access(socket)
      return await query(url, 'select 1')
    } catch (error) {
      if (Date.now() > limit) throw error
      await pause(20)
    }
  }
}
