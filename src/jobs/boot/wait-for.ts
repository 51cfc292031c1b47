// Waits until machines have come so far, telling how far they are meanwhile. One that boots from its disk instead, or
// does not get there in time, has failed.
import { setTimeout as pause } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { Machine } from '../power/machine.ts'
import { type Boot, STAGES, type Stage } from './boot.ts'
import { readStages } from './drivers.ts'

export interface Waiting {
  readonly knex: Knex
  readonly signal: AbortSignal
  /** In milliseconds. */
  readonly patience: number
  progress(percent: number, text: string): void
}

// In milliseconds.
const LOOK_EVERY = 400
const NAMED = 5

/** Why machines have failed, by name. Throws only with its signal. */
export async function waitFor(
  machines: readonly Machine[],
  wanted: Stage,
  { knex, signal, patience, progress }: Waiting,
): Promise<Record<string, string>> {
  const failed: Record<string, string> = {}
  const until = performance.now() + patience
  for (let waiting = machines; ; ) {
    const isLate = performance.now() >= until
    const stages = await readStages(knex, machines, signal)
    const left: Machine[] = []
    for (const machine of waiting) {
      const boot = stages.get(machine.id) ?? { tag: 'unknown', reason: 'no answer' }
      if (boot.tag === 'known' && boot.from === 'disk' && boot.stage === 'up')
        failed[machine.name] = 'it booted from its disk and not from the network'
      else if (isThere(boot, wanted)) continue
      else if (isLate) failed[machine.name] = `${said(boot)} after ${Math.ceil(patience / 1000)} s`
      else left.push(machine)
    }
    waiting = left
    const percents = machines.map(({ id }) => percentOf(stages.get(id), wanted))
    progress(
      percents.reduce((sum, percent) => sum + percent, 0) / Math.max(1, machines.length),
      textOf(machines, stages),
    )
    if (waiting.length === 0) return failed
    await pause(Math.min(LOOK_EVERY, patience / 20), undefined, { signal })
  }
}

const isThere = (boot: Boot, wanted: Stage): boolean =>
  boot.tag === 'known' && STAGES.indexOf(boot.stage) >= STAGES.indexOf(wanted)

function percentOf(boot: Boot | undefined, wanted: Stage): number {
  if (boot?.tag !== 'known') return 0
  if (isThere(boot, wanted)) return 100
  return boot.stage === 'installing' ? boot.percent : 0
}

const said = (boot: Boot): string =>
  boot.tag === 'unknown'
    ? boot.reason
    : boot.stage === 'installing'
      ? `installing ${Math.floor(boot.percent)}%`
      : boot.stage

function textOf(machines: readonly Machine[], stages: ReadonlyMap<number, Boot>): string {
  const parts = machines.slice(0, NAMED).map(({ id, name }) => {
    const boot = stages.get(id)
    return `${name} ${boot ? said(boot) : 'no answer'}`
  })
  const more = machines.length > NAMED ? [`${machines.length - NAMED} more`] : []
  const simulated = machines.some(({ kind }) => kind === 'simulated') ? ' (simulated)' : ''
  return `${[...parts, ...more].join(', ')}${simulated}`
}
