// What stands on a console, for who asks at a terminal: it is read until it has been quiet, and nothing is sent.
import { setTimeout as pause } from 'node:timers/promises'
import type { Machine } from '../power/machine.ts'
import type { Json, StepContext } from '../task.ts'
import { consoleDriver } from './drivers.ts'
import { plainOutput } from './pages.ts'

export interface Opening {
  readonly machine: Machine
  readonly seconds: number
  readonly context: StepContext
  readonly signal: AbortSignal
}

// In milliseconds.
const QUIET = 2000
// A person reads it.
const LINES = 50

export async function lookAt({ machine, seconds, context, signal }: Opening): Promise<Json> {
  const driver = consoleDriver(machine.kind, context.inventory.database.knex)
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  const timer = setTimeout(() => over.abort(), seconds * 1000)
  let text = ''
  let last = performance.now()
  try {
    const { output } = await driver.open(machine, until)
    const reading = (async () => {
      for await (const piece of output) {
        text += piece
        last = performance.now()
      }
    })()
    // It is waited for below.
    reading.catch(() => undefined)
    while (!until.aborted && performance.now() - last < QUIET)
      await pause(QUIET / 10, undefined, { signal: until }).catch(() => undefined)
    over.abort()
    await reading
  } finally {
    clearTimeout(timer)
    over.abort()
  }
  signal.throwIfAborted()
  for (const line of shown(text)) context.progress(null, `${line} (${driver.label})`)
  return { lines: shown(text) }
}

const shown = (text: string): string[] =>
  plainOutput(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LINES)
