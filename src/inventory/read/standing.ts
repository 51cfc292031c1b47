// How far a thing is spoken for, for pictures: protected things stand out whatever their status is.
import type { Attribute } from './surroundings.ts'

export type Standing = 'allocated' | 'unallocated' | 'protected' | 'other'

export interface Stood {
  readonly standing: Standing
  /** The attribute `status` as it is; null where there is none. */
  readonly status: string | null
}

/** By a thing's attributes, hidden ones among them. */
export function standingOf(attributes: readonly Attribute[]): Stood {
  const own = attributes.filter(({ port }) => port === '')
  const status = own.find(({ key, subkey }) => key === 'status' && subkey === '')?.text ?? null
  if (own.some(({ key }) => key === '_protected')) return { standing: 'protected', status }
  const word = status?.toLowerCase()
  return { standing: word === 'allocated' || word === 'unallocated' ? word : 'other', status }
}
