// Names for what other systems call as they like: a clean and unique name is kept; any other keeps its letters and digits
// in order, and is told apart by what it stands in (`DM-Akron/Comms-closet`). The same file always gives the same names.
import { checkName, nameKey } from '../../grammar/name.ts'

export interface Named {
  /** What the file calls it. */
  readonly original: string
  /** What tells it from others of the same name, already a name; null where there is nothing. */
  readonly qualifier: string | null
  /** Tells it from all others where even the qualifier does not: its id in the file. */
  readonly id: string
}

const MAX = 180

/** `D. S. Weaver Labs` -> `D.-S.-Weaver-Labs`: each run of what no name may hold becomes one `-`. */
export function mangle(original: string): string {
  const plain = original
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}\p{M}._/&+@!|~%$^-]+/gu, '-')
    .replace(/^[-/#.!]+|[-/]+$/g, '')
    .slice(0, MAX)
  if (plain === '') return 'unnamed'
  return checkName(plain) === null ? plain : `${plain}-`
}

/** Gives out names, each once regardless of case. Kinds that come first get the plain names. */
export class Names {
  readonly #taken = new Set<string>()

  /** The names of all things of one kind, in order. Those that clash among themselves are all qualified. */
  give(things: readonly Named[]): string[] {
    const wanted = things.map(({ original }) => (checkName(original) === null ? original : mangle(original)))
    const names: (string | null)[] = things.map(() => null)
    // Clean ones first, so that none of them loses its name to one that had to be made.
    for (const clean of [true, false]) {
      const round = things.flatMap((thing, at) => ((wanted[at] === thing.original) === clean ? [at] : []))
      const count = new Map<string, number>()
      for (const at of round) count.set(nameKey(wanted[at] ?? ''), (count.get(nameKey(wanted[at] ?? '')) ?? 0) + 1)
      for (const at of round) {
        const name = wanted[at] ?? ''
        if (count.get(nameKey(name)) === 1 && this.#free(name)) names[at] = this.#take(name)
      }
    }
    return names.map((name, at) => {
      const thing = things[at]
      if (name !== null || !thing) return name ?? ''
      const plain = wanted[at] ?? ''
      const qualified = thing.qualifier === null ? null : `${thing.qualifier}/${plain}`
      for (const candidate of [qualified, `${qualified ?? plain}-${mangle(thing.id)}`]) {
        if (candidate !== null && checkName(candidate) === null && this.#free(candidate)) return this.#take(candidate)
      }
      let n = 2
      while (!this.#free(`${plain}-${n}`)) n++
      return this.#take(`${plain}-${n}`)
    })
  }

  #free(name: string): boolean {
    return !this.#taken.has(nameKey(name))
  }

  #take(name: string): string {
    this.#taken.add(nameKey(name))
    return name
  }
}
