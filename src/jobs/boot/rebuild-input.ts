// What a rebuild is to do: which machines get which image, how many at a time, and after how many failures it stops.
import { type Named, namedIn } from '../power/job-machines.ts'
import type { Json } from '../task.ts'

export interface Rebuilt extends Named {
  readonly image: string
}

export interface RebuildInput {
  readonly machines: readonly Rebuilt[]
  readonly atATime: number
  readonly stopAfter: number
  /** Milliseconds that any one stage of a machine may take. */
  readonly patience: number
}

export function rebuildInput({ machines, ...numbers }: RebuildInput): Json {
  return { ...numbers, machines: machines.map(({ id, name, image }) => ({ id, name, image })) }
}

/** Throws where it is not that. */
export function readRebuildInput(input: Json): RebuildInput {
  const given = (input ?? {}) as { readonly [key: string]: Json | undefined }
  const number = (name: string): number => {
    const value = given[name]
    if (typeof value !== 'number' || !(value >= 1)) throw new Error(`no ${name} in the input`)
    return value
  }
  const images = (given.machines ?? []) as readonly { readonly image?: Json }[]
  const machines = namedIn(given.machines).map((machine, at) => {
    const image = images[at]?.image
    if (typeof image !== 'string') throw new Error('no image in the input')
    return { ...machine, image }
  })
  return { machines, atATime: number('atATime'), stopAfter: number('stopAfter'), patience: number('patience') }
}

export function batchesOf({ machines, atATime }: RebuildInput): (readonly Rebuilt[])[] {
  const batches: (readonly Rebuilt[])[] = []
  for (let at = 0; at < machines.length; at += atATime) batches.push(machines.slice(at, at + atATime))
  return batches
}
