// Which drivers and types an operator means by a word: in any case, in full or by a beginning that only one has.
import type { Pattern } from '../../grammar/ast.ts'
import { suggest } from '../../grammar/suggest.ts'
import type { Catalogue, Driver } from '../catalogue.ts'
import { InventoryError } from '../error.ts'
import { plain, type Sql, sql } from './fragment.ts'
import { matches } from './match-text.ts'

interface Word {
  readonly text: string
  /** Missing where it is not known where it was typed. */
  readonly at?: number
}

/**
 * `Server`, `server`, `Console` (the console server). A beginning that one shipped driver has is that driver's, whatever
 * was imported since. An imported driver answers to its slug and its part number too, such as `C9300-48P`. Throws InventoryError `unknown-driver`, `ambiguous-driver`.
 */
export function driverNamed(catalogue: Catalogue, { text, at }: Word): Driver {
  const exact = catalogue.get(text)
  if (exact) return exact
  const wanted = text.toLowerCase()
  const begin = wanted === '' ? [] : catalogue.all().filter(({ name }) => name.toLowerCase().startsWith(wanted))
  for (const candidates of [begin.filter(({ name, type }) => name === type), begin]) {
    // Where one of them is what all the others extend, the others are no other answer.
    const root = candidates.find(({ name }) => candidates.every(({ lineage }) => lineage.includes(name)))
    if (root) return root
    if (candidates.length > 1) {
      const suggestions = candidates.map(({ name }) => inCaseOf(text, name)).slice(0, 10)
      throw new InventoryError('ambiguous-driver', { name: text, at, suggestions })
    }
  }
  const known = wanted === '' ? [] : catalogue.all().filter(({ facts }) => isCalled(facts, wanted))
  if (known[0] && known.length === 1) return known[0]
  const suggestions = driversLike(catalogue, text).map((name) => inCaseOf(text, name))
  throw new InventoryError('unknown-driver', { name: text, at, suggestions })
}

/** Written nearly so; otherwise with the word in it: `switch` is in networkswitch. */
function driversLike(catalogue: Catalogue, text: string): readonly string[] {
  const names = catalogue.all().map(({ name }) => name)
  const near = suggest(text, names)
  if (near.length > 0 || text.length < 3) return near
  return names.filter((name) => name.toLowerCase().includes(text.toLowerCase())).slice(0, 3)
}

/** Whether its maker calls an imported driver so: the slug of its device type, or its part number. */
const isCalled = ({ slug, part_number }: Driver['facts'], wanted: string): boolean =>
  [slug, part_number].some((name) => String(name ?? '').toLowerCase() === wanted)

/** A type by its name or a beginning that only one has. Throws InventoryError `unknown-type`. */
export function typeNamed(catalogue: Catalogue, { text, at }: Word): string {
  const wanted = text.toLowerCase()
  const types = catalogue.types()
  const exact = types.find((type) => type.toLowerCase() === wanted)
  if (exact !== undefined) return exact
  const begin = wanted === '' ? [] : types.filter((type) => type.toLowerCase().startsWith(wanted))
  const [only, ...others] = begin
  if (only !== undefined && others.length === 0) return only
  throw new InventoryError('unknown-type', {
    name: text,
    at,
    suggestions: (only ? begin : suggest(text, types)).map((name) => inCaseOf(text, name)),
  })
}

/** A type as it stands in a statement: as text, where it is a plain word, so that the planner always knows how many. */
export const typeText = (type: string): Sql => (/^[a-z]+$/.test(type) ? plain(`'${type}'`) : sql`${type}::text`)

/** The drivers of a pattern and all that extend them. A glob or regular expression that matches none is refused. */
export function driversMatching(catalogue: Catalogue, pattern: Pattern, at: number): readonly Driver[] {
  if (pattern.tag === 'exact') return catalogue.family(driverNamed(catalogue, { text: pattern.text, at }).name)
  if (pattern.tag === 'range')
    return pattern.names.flatMap((text) => catalogue.family(driverNamed(catalogue, { text, at }).name))
  const named = catalogue.all().filter(({ name }) => matches(pattern, name))
  if (named.length === 0) throw new InventoryError('unknown-driver', { name: typed(pattern), at, suggestions: [] })
  return [...new Set(named.flatMap(({ name }) => catalogue.family(name)))]
}

/** The types of a pattern. A glob or regular expression that matches none is refused. */
export function typesMatching(catalogue: Catalogue, pattern: Pattern, at: number): readonly string[] {
  if (pattern.tag === 'exact') return [typeNamed(catalogue, { text: pattern.text, at })]
  if (pattern.tag === 'range') return pattern.names.map((text) => typeNamed(catalogue, { text, at }))
  const types = catalogue.types().filter((type) => matches(pattern, type))
  if (types.length === 0) throw new InventoryError('unknown-type', { name: typed(pattern), at, suggestions: [] })
  return types
}

/** `Server` for who typed `Servr`: drivers are found in any case, and shown as they are being written. */
const inCaseOf = (text: string, name: string): string =>
  /^\p{Lu}/u.test(text) ? name.charAt(0).toUpperCase() + name.slice(1) : name

const typed = (pattern: Pattern): string => (pattern.tag === 'regex' ? `/${pattern.source}/` : pattern.text)
