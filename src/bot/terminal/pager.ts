// Shows a text that is longer than the screen: in the operator's own pager, in less, or a screen at a time.
import { spawn } from 'node:child_process'
import { write } from './write.ts'

/** Resolves when the operator has seen enough. */
export async function page(text: string, pager: string | null): Promise<void> {
  const { stdin } = process
  const { isRaw, readableFlowing } = stdin
  // The pager reads the keyboard itself.
  stdin.pause()
  stdin.setRawMode(false)
  try {
    if (pager !== null) {
      // The operator's own command line, options and all.
      if (await through(text, 'sh', ['-c', pager])) return
    } else if (await through(text, 'less', ['-FRX'])) return
    await byScreen(text)
  } finally {
    stdin.setRawMode(isRaw)
    if (readableFlowing === true) stdin.resume()
  }
}

/** False where the program is not there. */
function through(text: string, program: string, options: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, options, { stdio: ['pipe', 'inherit', 'inherit'] })
    child.once('error', () => resolve(false))
    // 127: the shell has not found it.
    child.once('close', (code) => resolve(code !== 127))
    // Whoever leaves the pager before the end closes the pipe.
    child.stdin.on('error', () => undefined)
    child.stdin.end(text)
  })
}

async function byScreen(text: string): Promise<void> {
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; ) {
    const rows = Math.max(2, process.stdout.rows) - 1
    await write(process.stdout, lines.slice(at, at + rows).join('\n'))
    at += rows
    if (at >= lines.length) return
    // Listening before it is asked: whoever is quick is heard.
    const pressed = keyPress()
    await write(process.stdout, '\n-- more -- (space: on, q: enough)')
    const key = await pressed
    await write(process.stdout, '\r\x1b[K')
    if (key === 'q' || key === '\x03' || key === '\x04') return
  }
}

function keyPress(): Promise<string> {
  const { stdin } = process
  // The prompt must not take the key for the beginning of the next command.
  const watching = stdin.listeners('keypress')
  stdin.removeAllListeners('keypress')
  stdin.setRawMode(true)
  stdin.resume()
  return new Promise((resolve) => {
    stdin.once('data', (bytes: Buffer | string) => {
      stdin.pause()
      for (const listener of watching) stdin.on('keypress', listener as (...key: unknown[]) => void)
      resolve(bytes.toString())
    })
  })
}
