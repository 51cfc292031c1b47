// The prompt, on a terminal that `script` (of util-linux) makes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDirectory, Program } from './program.ts'

let program: Program
let data: string

beforeAll(async () => {
  program = await Program.build()
  data = await newDirectory()
  await program.run(['--data', data, 'add', 'server', 'web[1-3]', 'unique1'])
})
afterAll(async () => {
  await rm(dirname(data), { recursive: true })
})

/** A person at the prompt. */
function sitDown(environment: Readonly<Record<string, string>> = {}) {
  const command = `${process.execPath} ${program.main} --data ${data}`
  const child = spawn('script', ['-qec', `stty rows 12 cols 80; ${command}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', DATABASE_URL: '', ...environment },
  })
  let seen = ''
  let read = 0
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text
    for (const listener of listeners) listener()
  })
  const closed = once(child, 'close')
  return {
    /** Waits until the terminal shows a text after what was waited for before. */
    sees: (text: string) =>
      new Promise<void>((done, fail) => {
        const check = () => {
          const at = stripVTControlCharacters(seen).indexOf(text, read)
          if (at < 0) return
          read = at + text.length
          listeners.delete(check)
          done()
        }
        listeners.add(check)
        void closed.then(() => fail(new Error(`the terminal did not show ${text}: ${seen}`)))
        check()
      }),
    type: (text: string) => void child.stdin.write(text),
    raw: () => seen,
    ended: async () => ((await closed) as [number])[0],
  }
}

test('a prompt answers line by line, until Ctrl-D', async () => {
  const terminal = sitDown()
  await terminal.sees('clusto> ')
  terminal.type('count web*\r')
  await terminal.sees('\n3')
  await terminal.sees('clusto> ')
  terminal.type('find web1 and\r')
  await terminal.sees('^')
  await terminal.sees('clusto> ')
  // Ctrl-C leaves the line, and only that.
  terminal.type('nonsense')
  await terminal.sees('nonsense')
  terminal.type('\x03')
  await terminal.sees('clusto> ')
  terminal.type('count web1\r')
  await terminal.sees('\n1')
  await terminal.sees('clusto> ')
  terminal.type('\x04')
  expect(await terminal.ended()).toBe(0)
})

test('Tab completes commands and names', async () => {
  const terminal = sitDown()
  await terminal.sees('clusto> ')
  terminal.type('loca')
  await terminal.sees('loca')
  terminal.type('\t')
  await terminal.sees('te ')
  terminal.type('uni')
  await terminal.sees('uni')
  terminal.type('\t')
  await terminal.sees('que1 ')
  terminal.type('\r')
  await terminal.sees('unique1 ')
  await terminal.sees('clusto> ')
  terminal.type('exit\r')
  expect(await terminal.ended()).toBe(0)
})

test('what was typed is there again the next time, for its owner alone', async () => {
  const first = sitDown()
  await first.sees('clusto> ')
  first.type('count unique*\r')
  await first.sees('clusto> ')
  first.type('attr set web1 password hunter2\r')
  await first.sees('clusto> ')
  first.type('\x04')
  await first.ended()
  const kept = join(data, 'history')
  expect(await readFile(kept, 'utf8')).toMatch(/count unique\*\n$/)
  expect((await stat(kept)).mode & 0o777).toBe(0o600)
  const second = sitDown()
  await second.sees('clusto> ')
  second.type('\x1b[A')
  await second.sees('count unique*')
  second.type('\r')
  await second.sees('\n1')
  await second.sees('clusto> ')
  second.type('\x04')
  await second.ended()
})

test('a long answer is shown a screen at a time where there is no pager, in colours that can be turned off', async () => {
  const terminal = sitDown({ PAGER: 'no-such-pager' })
  await terminal.sees('clusto> ')
  terminal.type('help\r')
  await terminal.sees('-- more --')
  terminal.type('q')
  await terminal.sees('clusto> ')
  terminal.type('web1\r')
  await terminal.sees('1 thing')
  expect(terminal.raw()).toContain('\x1b[1mname')
  await terminal.sees('clusto> ')
  terminal.type('\x04')
  expect(await terminal.ended()).toBe(0)
  const plain = sitDown({ NO_COLOR: '1' })
  await plain.sees('clusto> ')
  plain.type('web1\r')
  await plain.sees('1 thing')
  expect(plain.raw()).not.toContain('\x1b[1mname')
  plain.type('\x04')
  await plain.ended()
})
