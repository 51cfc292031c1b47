// What an expression means, written down thing by thing from LANGUAGE.md section 2, without SQL and without speed: the
// compiler's answers are compared with these.
import type { Comparison, Expression, Field, Key, Pattern, Query, Value } from '../../../src/grammar/ast.ts'
import { nameKey } from '../../../src/grammar/name.ts'
import { readNumber } from '../../../src/grammar/number.ts'
import { readDatetime, readValue } from '../../../src/grammar/value.ts'
import { readMoment } from '../../../src/grammar/when.ts'
import type { Catalogue } from '../../../src/inventory/catalogue.ts'
import type { ThingRow } from '../../../src/inventory/rows.ts'
import type { Model } from './model.ts'

type Attribute = Model['attributes'][number]

export type Answer = { readonly names: readonly string[] } | { readonly tooFew: number }

const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const byName = (a: ThingRow, b: ThingRow): number => bytes(a.name_key, b.name_key)

export class Naive {
  readonly #model: Model
  readonly #catalogue: Catalogue
  readonly #byId: ReadonlyMap<number, ThingRow>

  constructor(model: Model, catalogue: Catalogue) {
    this.#model = model
    this.#catalogue = catalogue
    this.#byId = new Map(model.things.map((thing) => [thing.id, thing]))
  }

  answer({ expression, limit, distinct, sort }: Query): Answer {
    const order = (a: ThingRow, b: ThingRow) => (sort === null ? 0 : this.#compare(sort, a, b)) || byName(a, b)
    let things = this.#model.things.filter((thing) => this.holds(expression, thing)).sort(order)
    if (distinct !== null) {
      const chosen = new Map<string, ThingRow>()
      for (const thing of things) {
        const place = this.#nearest(thing, distinct)
        if (place && !chosen.has(place.name_key)) chosen.set(place.name_key, thing)
      }
      const places = [...chosen].sort(([a], [b]) => bytes(a, b)).map(([, thing]) => thing)
      // Array.sort is stable: equals stay in the order of their containers.
      things = sort === null ? places : places.sort((a, b) => this.#compare(sort, a, b))
    }
    if (limit === null) return { names: things.map(({ name }) => name) }
    // A limit alone is a most; with `distinct` it asks for so many.
    return distinct !== null && things.length < limit
      ? { tooFew: things.length }
      : { names: things.slice(0, limit).map(({ name }) => name) }
  }

  holds(expression: Expression, thing: ThingRow): boolean {
    switch (expression.tag) {
      case 'name':
        return this.#isNamed(expression.pattern, thing)
      case 'field':
        return this.#hasField(expression.field, expression.pattern, thing)
      case 'attribute': {
        const { key, comparison, pattern, quoted } = expression
        const has = (how: Comparison) =>
          this.#values(thing, key).some((value) => this.#compares(value, how, pattern, quoted))
        return comparison === '!=' ? !has('=') : has(comparison)
      }
      case 'haskey':
        return this.#values(thing, expression.key).length > 0
      case 'match':
        return this.#matches(expression, thing)
      case 'not':
        return !this.holds(expression.of, thing)
      case 'and':
        return this.holds(expression.left, thing) && this.holds(expression.right, thing)
      case 'or':
        return this.holds(expression.left, thing) || this.holds(expression.right, thing)
      case 'relation':
        return (
          this.holds(expression.left, thing) &&
          this.#related(expression.relation, thing).some((other) => this.holds(expression.right, other))
        )
    }
  }

  #related(relation: 'connected' | 'in' | 'containing', thing: ThingRow): readonly ThingRow[] {
    switch (relation) {
      case 'in':
        return this.#reach(thing, 'up').map(([found]) => found)
      case 'containing':
        return this.#reach(thing, 'down').map(([found]) => found)
      case 'connected': {
        const ids = [
          ...this.#model.edges.flatMap(({ parent_id, child_id }) =>
            parent_id === thing.id ? [child_id] : child_id === thing.id ? [parent_id] : [],
          ),
          ...this.#model.links.flatMap(({ thing_id, peer_id }) => (thing_id === thing.id ? [peer_id] : [])),
        ]
        return ids.filter((id) => id !== thing.id).flatMap((id) => this.#byId.get(id) ?? [])
      }
    }
  }

  /** Everything above or below, with the smallest number of steps. */
  #reach(thing: ThingRow, direction: 'up' | 'down'): readonly (readonly [ThingRow, number])[] {
    const found = new Map<number, number>()
    let border = [thing.id]
    for (let depth = 1; border.length > 0; depth++) {
      const next = this.#model.edges.flatMap(({ parent_id, child_id }) =>
        direction === 'up' && border.includes(child_id)
          ? [parent_id]
          : direction === 'down' && border.includes(parent_id)
            ? [child_id]
            : [],
      )
      border = [...new Set(next)].filter((id) => !found.has(id))
      for (const id of border) found.set(id, depth)
    }
    return [...found].flatMap(([id, depth]) => {
      const other = this.#byId.get(id)
      return other ? [[other, depth] as const] : []
    })
  }

  /** What a thing is a member of: what it is in, and what these groups are in. */
  #groupsOf(thing: ThingRow): readonly ThingRow[] {
    const found = new Set<number>()
    const GROUPS = ['pool', 'exclusivepool', 'uniquepool', 'class', 'role', 'service', 'vip']
    const climb = (id: number): void => {
      for (const { parent_id, child_id } of this.#model.edges) {
        if (child_id !== id || found.has(parent_id)) continue
        found.add(parent_id)
        if (GROUPS.includes(this.#byId.get(parent_id)?.type ?? '')) climb(parent_id)
      }
    }
    climb(thing.id)
    return [...found].flatMap((id) => this.#byId.get(id) ?? [])
  }

  /** The VLANs that the ports at the other ends of its cables are set to. */
  #vlansOf(thing: ThingRow): readonly ThingRow[] {
    return this.#model.links.flatMap(({ thing_id, port_type, port_number, peer_id }) =>
      peer_id !== thing.id
        ? []
        : this.#model.attributes.flatMap(({ thing_id: of, port, key, subkey, ref_id }) =>
            of === thing_id && port === `${port_type}:${port_number}` && key === 'vlan' && subkey === ''
              ? (this.#byId.get(ref_id ?? 0) ?? [])
              : [],
          ),
    )
  }

  #nearest(thing: ThingRow, type: string): ThingRow | undefined {
    return this.#reach(thing, 'up')
      .filter(([container]) => container.type === type)
      .sort(([a, far], [b, farther]) => far - farther || byName(a, b))[0]?.[0]
  }

  /** By name, which wins; else by host name, serial number, MAC or IP address. */
  #isNamed(pattern: Pattern, thing: ThingRow): boolean {
    if (pattern.tag === 'glob' || pattern.tag === 'regex') return nameIs(pattern, thing.name)
    return textsOf(pattern).some((text) => {
      const key = nameKey(text)
      if (this.#model.things.some(({ name_key }) => name_key === key)) return thing.name_key === key
      const exact: Pattern = { tag: 'exact', text }
      return (
        this.#identity(thing, 'hostname', exact) ||
        this.#identity(thing, 'serial', exact) ||
        (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) && this.#identity(thing, 'mac', exact)) ||
        this.#addresses(thing).includes(text)
      )
    })
  }

  #identity(thing: ThingRow, key: string, pattern: Pattern): boolean {
    return this.#model.attributes.some(
      (row) =>
        row.thing_id === thing.id &&
        row.key === key &&
        (key === 'mac' || row.port === '') &&
        patternIs(lowerCase(pattern), asciiLower(row.text), 'i'),
    )
  }

  #addresses = (thing: ThingRow): readonly string[] =>
    this.#model.addresses.flatMap(({ address, thing_id }) => (thing_id === thing.id ? [address] : []))

  #hasField(field: Field, pattern: Pattern, thing: ThingRow): boolean {
    switch (field) {
      case 'name':
        return nameIs(pattern, thing.name)
      case 'driver': {
        const lineage = this.#catalogue.get(thing.driver)?.lineage ?? []
        return lineage.some((name) =>
          driverIs(
            pattern,
            name,
            this.#catalogue.all().map((driver) => driver.name),
          ),
        )
      }
      case 'type':
        return driverIs(pattern, thing.type, this.#catalogue.types())
      case 'ip':
        // What is reserved in a network is the network's, which is not looked for by a range.
        if (thing.type === 'network' && (pattern.tag !== 'exact' || pattern.text.includes('/'))) return false
        return this.#addresses(thing).some((address) =>
          pattern.tag === 'exact' ? inBlock(address, pattern.text) : patternIs(pattern, address),
        )
      case 'mac':
      case 'serial':
        return this.#identity(thing, field, pattern)
      case 'pool':
      case 'class':
      case 'role':
      case 'service':
      case 'vip':
      case 'vlan':
        // What a port is set to is somebody's VLAN or nothing: a class of that name has no member by it.
        return [...this.#groupsOf(thing), ...(field === 'vlan' ? this.#vlansOf(thing) : [])].some((container) => {
          const types = field === 'pool' ? ['pool', 'exclusivepool', 'uniquepool'] : [field]
          return types.includes(container.type) && (nameIs(pattern, container.name) || this.#isVlan(pattern, container))
        })
    }
  }

  /** `vlan:203` is also the one with that number, where none has that name. */
  #isVlan(pattern: Pattern, container: ThingRow): boolean {
    if (container.type !== 'vlan' || (pattern.tag !== 'exact' && pattern.tag !== 'range')) return false
    return textsOf(pattern).some(
      (text) =>
        !this.#model.things.some(({ name_key, type }) => name_key === nameKey(text) && type === 'vlan') &&
        this.#model.attributes.some(
          (row) =>
            row.thing_id === container.id &&
            row.key === 'vid' &&
            row.subkey === '' &&
            row.port === '' &&
            row.text === text,
        ),
    )
  }

  #values(thing: ThingRow, { key, subkey, number }: Key): readonly Attribute[] {
    const computed = (text: string, value: Value, ref_id: number | null): Attribute => ({
      ...{ id: 0, thing_id: thing.id, port: '', key, subkey: '', number: null, num: null, at: null },
      ...{ type: value.type, text, ref_id, value },
    })
    if (key === '_ip') return this.#addresses(thing).map((text) => computed(text, { type: 'text', value: text }, null))
    if (key === '_in')
      return this.#reach(thing, 'up').map(([{ id, name }]) => computed(name, { type: 'reference', value: name }, id))
    return this.#model.attributes.filter(
      (row) =>
        row.thing_id === thing.id &&
        row.port === '' &&
        row.key === key &&
        (subkey === null || row.subkey === subkey) &&
        (typeof number !== 'number' || row.number === number),
    )
  }

  #compares(row: Attribute, comparison: Comparison, pattern: Pattern, quoted: boolean): boolean {
    const name = row.ref_id === null ? null : (this.#byId.get(row.ref_id)?.name ?? '')
    if (pattern.tag !== 'exact') return name === null ? patternIs(pattern, row.text) : nameIs(pattern, name)
    const { text } = pattern
    const { value } = row
    if (comparison === '=') {
      if (name !== null) {
        const typed = readValue(text)
        const wanted = !quoted && typeof typed === 'object' && typed.type === 'reference' ? typed.value : text
        return nameKey(name) === nameKey(wanted)
      }
      if (quoted) return (value.type === 'text' || value.type === 'json') && row.text === text
      return row.text === text || sameNumber(value, text) || sameMoment(value, text) || sameJson(value, text)
    }
    if (row.key === '_ip') return readBlock(text) !== null && ordered(comparison, compareAddresses(row.text, text))
    if (row.key === '_in') return ordered(comparison, bytes(nameKey(name ?? ''), nameKey(text)))
    if (!quoted && readNumber(text) !== null) {
      const number = numberOf(value)
      return number !== null && ordered(comparison, number - Number(readNumber(text)))
    }
    const moment = quoted ? null : readMoment(text)
    if (moment?.tag === 'time')
      return value.type === 'datetime' && ordered(comparison, Date.parse(value.value) - Date.parse(moment.iso))
    if (value.type !== 'text' || (!quoted && numberOf(value) !== null)) return false
    return ordered(comparison, bytes(value.value, text))
  }

  #matches({ how, pairs }: Extract<Expression, { tag: 'match' }>, thing: ThingRow): boolean {
    const rows = this.#model.attributes.filter((row) => row.thing_id === thing.id && row.port === '')
    const names = new Set(pairs.map(({ key }) => `${key.key}.${key.subkey ?? ''}`))
    for (const name of names) {
      const wanted = pairs.filter(({ key }) => `${key.key}.${key.subkey ?? ''}` === name)
      const numbered = wanted.some(({ key }) => typeof key.number === 'number')
      const label = (number: unknown, value: string) =>
        (numbered && typeof number === 'number' ? `${number}=` : '=') + value
      const has = rows
        .filter((row) => `${row.key}.${row.subkey}` === name)
        .map((row) => label(row.number, this.#canonical(row.value, row.ref_id)))
      const asked = wanted.map(({ key, value }) => label(key.number, this.#canonical(value, null)))
      if (JSON.stringify(has.sort()) !== JSON.stringify(asked.sort())) return false
    }
    const visible = (key: string) => !key.startsWith('_')
    return (
      how === 'keys' ||
      rows.filter(({ key }) => visible(key)).length === pairs.filter(({ key }) => visible(key.key)).length
    )
  }

  #canonical(value: Value, ref: number | null): string {
    if (value.type === 'reference')
      return `thing:${ref === null ? nameKey(value.value) : (this.#byId.get(ref)?.name_key ?? '')}`
    return value.type === 'integer' || value.type === 'decimal' ? String(Number(value.value)) : String(value.value)
  }

  #compare({ key, descending }: NonNullable<Query['sort']>, a: ThingRow, b: ThingRow): number {
    const sign = descending ? -1 : 1
    if (key.key === 'name' && key.subkey === null) return sign * byName(a, b)
    const first = (thing: ThingRow) =>
      this.#values(thing, key)
        .map((row) => ({
          number: row.key === '_ip' || row.key === '_in' ? null : numberOf(row.value),
          text:
            row.ref_id === null
              ? row.text
              : (this.#byId.get(row.ref_id)?.[row.key === '_in' ? 'name_key' : 'name'] ?? ''),
        }))
        .sort((x, y) => sign * compareValues(x, y, key.key === '_ip'))[0]
    const [x, y] = [first(a), first(b)]
    if (!x || !y) return Number(!x) - Number(!y)
    return sign * compareValues(x, y, key.key === '_ip')
  }
}

interface Sortable {
  readonly number: number | null
  readonly text: string
}

function compareValues(x: Sortable, y: Sortable, addresses: boolean): number {
  if (addresses) return compareAddresses(x.text, y.text)
  if (x.number !== null && y.number !== null) return x.number - y.number || bytes(x.text, y.text)
  return Number(x.number === null) - Number(y.number === null) || bytes(x.text, y.text)
}

const textsOf = (pattern: Extract<Pattern, { tag: 'exact' | 'range' }>): readonly string[] =>
  pattern.tag === 'exact' ? [pattern.text] : pattern.names

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

function lowerCase(pattern: Pattern): Pattern {
  switch (pattern.tag) {
    case 'exact':
    case 'glob':
      return { ...pattern, text: asciiLower(pattern.text) }
    case 'range':
      return { ...pattern, names: pattern.names.map(asciiLower) }
    case 'regex':
      return pattern
  }
}

function patternIs(pattern: Pattern, text: string, flags = ''): boolean {
  switch (pattern.tag) {
    case 'exact':
      return text === pattern.text
    case 'range':
      return pattern.names.includes(text)
    case 'glob': {
      const source = [...pattern.text].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/\W/gu, '\\u{$&}')))
      const escaped = source.map((c) =>
        c.replace(/^\\u\{(.+)\}$/su, (_, x: string) => `\\u{${x.codePointAt(0)?.toString(16)}}`),
      )
      return new RegExp(`^${escaped.join('')}$`, `su${flags}`).test(text)
    }
    case 'regex':
      return new RegExp(pattern.source, `s${flags}`).test(text)
  }
}

function nameIs(pattern: Pattern, name: string): boolean {
  const key = nameKey(name)
  if (pattern.tag === 'regex') return patternIs(pattern, key, 'i')
  if (pattern.tag === 'range') return pattern.names.some((text) => nameKey(text) === key)
  return patternIs({ ...pattern, text: nameKey(pattern.text) }, key)
}

/** In any case; in full, else by a beginning that only one has. */
function driverIs(pattern: Pattern, name: string, all: readonly string[]): boolean {
  const lower = name.toLowerCase()
  if (pattern.tag !== 'exact') return nameIs(pattern, name)
  const wanted = pattern.text.toLowerCase()
  return all.some((one) => one.toLowerCase() === wanted) ? lower === wanted : lower.startsWith(wanted)
}

function ordered(comparison: Comparison, difference: number): boolean {
  switch (comparison) {
    case '=':
      return difference === 0
    case '!=':
      return difference !== 0
    case '<':
      return difference < 0
    case '<=':
      return difference <= 0
    case '>':
      return difference > 0
    case '>=':
      return difference >= 0
  }
}

function numberOf(value: Value): number | null {
  if (value.type === 'integer' || value.type === 'decimal') return Number(value.value)
  const number = value.type === 'text' ? readNumber(value.value) : null
  return number === null ? null : Number(number)
}

/** Texts with a size are numbers, whichever side they stand on; other texts only equal themselves. */
function sameNumber(value: Value, text: string): boolean {
  const wanted = readNumber(text)
  const number = numberOf(value)
  const sized = (size: string) => /[kmgtp]$/i.test(size)
  return wanted !== null && number === Number(wanted) && (value.type !== 'text' || sized(value.value) || sized(text))
}

function sameMoment(value: Value, text: string): boolean {
  const moment = readDatetime(text)
  return moment !== null && value.type === 'datetime' && Date.parse(value.value) === Date.parse(moment)
}

function sameJson(value: Value, text: string): boolean {
  if (value.type !== 'json' || !text.startsWith('json:')) return false
  const sorted = (json: unknown): unknown =>
    Array.isArray(json)
      ? json.map(sorted)
      : typeof json === 'object' && json !== null
        ? Object.entries(json).sort(([a], [b]) => bytes(a, b))
        : json
  return JSON.stringify(sorted(JSON.parse(value.value))) === JSON.stringify(sorted(JSON.parse(text.slice(5))))
}

/** An address or a block as a number, its bits, and how many of them count. */
function readBlock(text: string): { readonly value: bigint; readonly width: number; readonly bits: number } | null {
  const [address = '', mask] = text.split('/')
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) {
    const value = address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
    return { value, width: 32, bits: Number(mask ?? 32) }
  }
  if (!/^[0-9a-f]*:[0-9a-f:]*$/i.test(address) || (!address.includes('::') && address.split(':').length !== 8))
    return null
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [front, back] = [groups(head), groups(tail ?? '')]
  const middle = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill('0')
  const value = [...front, ...middle, ...back].reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n)
  return { value, width: 128, bits: Number(mask ?? 128) }
}

function inBlock(address: string, block: string): boolean {
  const [one, all] = [readBlock(address), readBlock(block)]
  if (!one || !all || one.width !== all.width) return false
  const shift = BigInt(all.width - all.bits)
  return one.value >> shift === all.value >> shift
}

function compareAddresses(a: string, b: string): number {
  const [x, y] = [readBlock(a), readBlock(b)]
  if (!x || !y) throw new Error('no address')
  return x.width - y.width || (x.value < y.value ? -1 : x.value > y.value ? 1 : 0)
}
