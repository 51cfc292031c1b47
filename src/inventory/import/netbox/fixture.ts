// A NetBox `dumpdata` fixture: a JSON list of objects with a model, a key and fields. It is checked to be one, indexed, and
// remembers which objects were taken, so that all others can be counted.

import { readJson } from '../document/json.ts'
import type { Refusal } from '../draft.ts'
import { UnreadableFile } from '../text.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface Item {
  readonly model: string
  /** Null where the dump used natural keys. */
  readonly pk: number | string | null
  readonly fields: Fields
}

const SHAPE = /^[a-z_]+\.[a-z_0-9]+$/i
const OURS = /^(?:dcim|ipam|virtualization|tenancy|circuits)\./

export class Fixture {
  readonly #byModel = new Map<string, Item[]>()
  readonly #byKey = new Map<string, Item>()
  readonly #contentTypes = new Map<number, string>()
  readonly #taken = new Set<Item>()
  readonly refused: Refusal[] = []

  /** Throws UnreadableFile where the text is cut off or not a NetBox fixture. */
  constructor(text: string) {
    const list = readJsonText(text)
    if (!Array.isArray(list)) throw new UnreadableFile('it is not a NetBox fixture: no list of objects (dumpdata)')
    for (const [at, entry] of list.entries()) {
      const item = readItem(entry)
      if (item === null)
        throw new UnreadableFile(`it is not a NetBox fixture: object ${at + 1} has no model and fields`)
      const same = this.#byModel.get(item.model)
      if (same) same.push(item)
      else this.#byModel.set(item.model, [item])
      if (item.pk === null) continue
      const key = `${item.model} ${item.pk}`
      if (this.#byKey.has(key)) this.refused.push({ line: null, reason: `${key} is there twice` })
      this.#byKey.set(key, item)
    }
    if (![...this.#byModel.keys()].some((model) => OURS.test(model)))
      throw new UnreadableFile('it is not a NetBox fixture: nothing of NetBox is in it')
    for (const { pk, fields } of this.all('contenttypes.contenttype'))
      if (typeof pk === 'number') this.#contentTypes.set(pk, `${fields.app_label}.${fields.model}`)
  }

  all(model: string): readonly Item[] {
    return this.#byModel.get(model) ?? []
  }

  /** The object that a field refers to; null where it refers to none. One that is not in the file is refused. */
  get(model: string, pk: unknown, from: Item): Item | null {
    if (pk === null || pk === undefined || pk === '') return null
    const item = this.#byKey.get(`${model} ${String(pk)}`)
    if (item) return item
    this.refused.push({ line: null, reason: `${labelOf(from)}: ${model} ${String(pk)} is not in the file` })
    return null
  }

  /** `["dcim", "interface"]` or the number of a content type -> `dcim.interface`. */
  contentType(value: unknown): string | null {
    if (Array.isArray(value)) return value.join('.')
    return typeof value === 'number' ? (this.#contentTypes.get(value) ?? null) : null
  }

  take(...items: readonly Item[]): void {
    for (const item of items) this.#taken.add(item)
  }

  isTaken(item: Item): boolean {
    return this.#taken.has(item)
  }

  /** How many objects of each model were not taken. */
  rest(): ReadonlyMap<string, number> {
    const rest = new Map<string, number>()
    for (const [model, items] of this.#byModel) {
      const count = items.filter((item) => !this.#taken.has(item)).length
      if (count > 0) rest.set(model, count)
    }
    return rest
  }
}

function readJsonText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // Ours is slower, and knows the line.
    readJson(text)
    throw new UnreadableFile(`it is not JSON: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

function readItem(entry: unknown): Item | null {
  if (typeof entry !== 'object' || entry === null) return null
  const { model, pk = null, fields } = entry as Readonly<Record<string, unknown>>
  if (typeof model !== 'string' || !SHAPE.test(model) || typeof fields !== 'object' || fields === null) return null
  if (pk !== null && typeof pk !== 'number' && typeof pk !== 'string') return null
  return { model: model.toLowerCase(), pk, fields: fields as Fields }
}

/** `dcim.device 12 (core1)` */
export function labelOf(item: Item): string {
  const name = text(item, 'name')
  return name === '' ? `${item.model} ${item.pk}` : `${item.model} ${item.pk} (${name})`
}

/** A field as text; empty where there is none. */
export function text(item: Item, field: string): string {
  const value = item.fields[field]
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
}

/** A field as a number, `"4.0"` too; null where it is none. */
export function number(item: Item, field: string): number | null {
  const value = item.fields[field]
  const read =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
  return Number.isFinite(read) ? read : null
}

/** A field that holds a list. */
export function list(item: Item, field: string): readonly unknown[] {
  const value = item.fields[field]
  return Array.isArray(value) ? value : []
}
