// What runs in the background of a process that stays: begun in this order, and ended in the other one.
import type { Workplace } from './worker.ts'

export interface Service {
  /** Never throws: what it cannot do yet it tries again. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface Services {
  /** Ends what was begun, the last one first: what brings new work goes before what does it. */
  stop(): Promise<void>
}

/** Begins them without being waited for: the first answer is not late because of them. */
export function startServices(services: readonly Service[]): Services {
  const started = (async () => {
    for (const service of services) await service.start()
  })()
  return {
    stop: async () => {
      await started
      for (const service of services.toReversed()) await service.stop()
    },
  }
}

/** The worker as a service. */
export function workService(workplace: Workplace): Service {
  return { start: () => workplace.start(), stop: () => workplace.drain() }
}
