// One rule of the grammar in the form that nearley takes, typed.
import type { Terminal } from './terminal.ts'

export interface Rule {
  readonly name: string
  /** Names of other rules, and terminals. */
  readonly symbols: readonly (string | Terminal)[]
  /** What the rule makes of its children; without it, the array of them. */
  readonly postprocess: ((children: never) => unknown) | undefined
}

export const rule = (name: string, symbols: Rule['symbols'], postprocess?: Rule['postprocess']): Rule => ({
  name,
  symbols,
  postprocess,
})
