// The moments at which a worker can be cut off and something differs for whoever comes after: before and after each of
// its writes, and around a step's own work. Tests kill a worker at each of them.

export const WRITES = [
  'claim',
  'begin',
  'finish',
  'end',
  'fail',
  'retry',
  'unknown',
  'stop',
  'release',
  'progress',
  'heartbeat',
  'complete',
  'probed',
] as const

export type Write = (typeof WRITES)[number]
export type FaultPoint = `before ${Write}` | `after ${Write}` | 'before step' | 'after step'

/** Called at each of them; to do nothing is the rule. */
export type Faults = (point: FaultPoint) => void

export const NO_FAULTS: Faults = () => undefined
