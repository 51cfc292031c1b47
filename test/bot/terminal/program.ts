// Runs the program as a shell does: bundled from the sources as they are, once a run of the tests.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inject } from 'vitest'
import { bundle } from '../../../scripts/build.mjs'
import '../../setup/provided.ts'

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly pid: number
  /** Resolves when it has said a text, with all that it has said so far: on standard output, then on standard error. */
  says(text: string): Promise<string>
  type(text: string): void
  kill(signal: NodeJS.Signals): void
  end(): Promise<Ran>
}

interface Settings {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
}

export class Program {
  readonly folder: string
  readonly main: string

  private constructor(folder: string) {
    this.folder = folder
    this.main = join(folder, 'dist', 'main.js')
  }

  /** In a folder that holds the package as it is installed. */
  static async build(): Promise<Program> {
    const program = new Program(join(inject('program'), 'package'))
    if (existsSync(program.main)) return program
    const mine = new Program(join(inject('program'), String(process.pid)))
    await mine.#make()
    // Whoever is second has built for nothing.
    await rename(mine.folder, program.folder).catch(() => rm(mine.folder, { recursive: true }))
    return program
  }

  async #make(): Promise<void> {
    await bundle(join(this.folder, 'dist'))
    await copyFile(inject('template'), join(this.folder, 'dist', 'template.tgz'))
    await copyFile('package.json', join(this.folder, 'package.json'))
    await symlink(resolve('drivers'), join(this.folder, 'drivers'))
  }

  start(words: readonly string[], { input, environment = {}, directory }: Settings = {}): Running {
    const { DATABASE_URL: _, CLUSTO_DATA: __, ...rest } = process.env
    const child = spawn(process.execPath, [this.main, ...words], {
      // Many are served at the same time here; who wants it to be heard over HTTP says where.
      env: { ...rest, CLUSTO_HTTP: 'off', ...environment },
      ...(directory === undefined ? {} : { cwd: directory }),
    })
    let stdout = ''
    let stderr = ''
    const listeners = new Set<() => void>()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      for (const listener of listeners) listener()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      for (const listener of listeners) listener()
    })
    child.stdin.on('error', () => undefined)
    if (input !== undefined) child.stdin.end(input)
    const closed = once(child, 'close')
    return {
      pid: child.pid ?? 0,
      says: (text) =>
        new Promise((done, fail) => {
          const check = () => {
            if (!stdout.includes(text) && !stderr.includes(text)) return
            listeners.delete(check)
            done(stdout + stderr)
          }
          listeners.add(check)
          void closed.then(() => fail(new Error(`it ended and did not say ${text}: ${stdout}${stderr}`)))
          check()
        }),
      type: (text) => void child.stdin.write(text),
      kill: (signal) => void child.kill(signal),
      end: async () => {
        if (!child.stdin.writableEnded) child.stdin.end()
        const [status] = (await closed) as [number | null]
        return { status, stdout, stderr }
      },
    }
  }

  run(words: readonly string[], settings: Settings = {}): Promise<Ran> {
    return this.start(words, { input: '', ...settings }).end()
  }
}

/** A name for a directory that is not there yet, in a folder of its own. */
export async function newDirectory(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'clusto-')), 'data')
}
