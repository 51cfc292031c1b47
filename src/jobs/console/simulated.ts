// The consoles of simulated machines: see simulated-screen.ts for what they show. Whoever opens one finds its login.
import { setTimeout as pause } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { Machine } from '../power/machine.ts'
import { answering } from '../power/simulated.ts'
import { imageOn, type SimulatedRow, simulatedRows, speedOf, stageOf } from '../power/simulated-machine.ts'
import type { Console, Session } from './console.ts'
import { SimulatedScreen } from './simulated-screen.ts'

// In milliseconds at speed 1: how often it is looked at what the machine does.
const LOOK = 1000
const LEAST_LOOK = 100

export function simulatedConsole(knex: Knex): Console {
  return {
    kind: 'simulated',
    label: 'simulated',
    command: () => null,
    async open(machine, signal) {
      return sessionOf(knex, machine, await answering(knex, machine, signal), signal)
    },
  }
}

function sessionOf(knex: Knex, machine: Machine, row: SimulatedRow, signal: AbortSignal): Session {
  const screen = new SimulatedScreen(machine.name)
  const becomes = (now: SimulatedRow) =>
    screen.becomes({
      ...stageOf(machine, now),
      ...{ image: imageOn(machine, now), since: now.since?.getTime() ?? null },
    })
  let pending = becomes(row)
  let typed = new AbortController()
  async function* output(): AsyncGenerator<string> {
    while (!signal.aborted) {
      const text = pending
      pending = ''
      if (text !== '') yield text
      // Typed meanwhile.
      if (pending !== '') continue
      typed = new AbortController()
      const wait = Math.max(LEAST_LOOK, LOOK / speedOf(machine))
      await pause(wait, undefined, { signal: AbortSignal.any([signal, typed.signal]) }).catch(() => undefined)
      const [now] = signal.aborted ? [] : await simulatedRows(knex, [machine])
      if (now) pending += becomes(now)
    }
  }
  return {
    output: output(),
    async write(line) {
      signal.throwIfAborted()
      pending += screen.typed(line)
      typed.abort()
    },
  }
}
