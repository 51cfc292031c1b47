// What the parts of a comparison share: the draft beside what is there, and the refusals that they gather.

import type { Catalogue, Driver } from '../catalogue.ts'
import type { ThingRow } from '../rows.ts'
import { familyNames } from '../write/kinds.ts'
import type { Draft, DraftThing, Refusal } from './draft.ts'
import type { Present } from './present.ts'

/** A thing of the draft beside the one that is there. */
export interface Pair {
  readonly draft: DraftThing
  readonly present: ThingRow | null
  readonly driver: Driver
  /** What differs, in words: `rack`, `driver`, `env`. */
  readonly differs: string[]
}

export interface Comparison {
  readonly draft: Draft
  readonly catalogue: Catalogue
  readonly present: Present
  /** The draft's things by name key. */
  readonly pairs: ReadonlyMap<string, Pair>
  readonly refused: Refusal[]
  /** The driver that a thing has once the draft is written; null where there is no such thing. */
  driverOf(name: string): Driver | null
}

/** `there is no driver serverr (did you mean server?)` */
export const unknown = (what: string, name: string, suggestions: readonly string[]): string =>
  `there is no ${what} ${name.slice(0, 80)}${suggestions.length === 0 ? '' : ` (did you mean ${suggestions.join(', ')}?)`}`

/** Whether things of a driver hand out addresses. */
export const isNetwork = (catalogue: Catalogue, driver: Driver | null): boolean =>
  driver !== null && familyNames(catalogue, 'network').includes(driver.name)
