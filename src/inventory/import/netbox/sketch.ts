// The draft of a NetBox import while it grows: one sketch a thing, to which every part of the fixture adds what it knows.

import { isSecret } from '../../write/keys.ts'
import type { Draft, DraftAddress, DraftCable, DraftDriver, DraftPlace, DraftThing, Origin } from '../draft.ts'
import { AttributeList, customKey, textOf, valuesOf, withoutSecrets } from './attributes.ts'
import { type Fixture, type Item, labelOf, text } from './fixture.ts'
import type { NameBook } from './names.ts'
import { wordOf } from './names.ts'

export interface ThingSketch {
  readonly name: string
  readonly attributes: AttributeList
  place(container: string, units?: DraftPlace['units'], face?: DraftPlace['face']): void
}

// Groups that objects of many kinds are members of.
type Member = { readonly model: string; readonly pk: string }
const member = ({ model, pk }: Member): string => `${model} ${pk}`

export class Sketch {
  readonly fixture: Fixture
  readonly names: NameBook
  readonly addresses: DraftAddress[] = []
  readonly cables: DraftCable[] = []
  readonly #things = new Map<
    string,
    { thing: ThingSketch; driver: string; kind: string; places: DraftPlace[]; origin: Origin }
  >()
  readonly #left = new Map<string, { kind: string; reason: string; count: number }>()
  readonly #tags = new Map<string, Item[]>()
  readonly #contacts = new Map<string, Item[]>()

  constructor(fixture: Fixture, names: NameBook) {
    this.fixture = fixture
    this.names = names
    for (const item of fixture.all('extras.taggeditem')) {
      this.#note(this.#tags, item, item.fields.content_type)
    }
    for (const item of fixture.all('tenancy.contactassignment')) {
      this.#note(this.#contacts, item, item.fields.content_type ?? item.fields.object_type)
    }
  }

  #note(index: Map<string, Item[]>, item: Item, type: unknown): void {
    const key = member({ model: this.fixture.contentType(type) ?? '', pk: text(item, 'object_id') })
    const same = index.get(key)
    if (same) same.push(item)
    else index.set(key, [item])
  }

  /** Begins the thing of an object, with what all kinds of objects have. */
  thing(item: Item, driver: string): ThingSketch {
    const name = this.names.of(item)
    const places: DraftPlace[] = []
    const thing: ThingSketch = {
      name,
      attributes: new AttributeList(),
      place: (container, units = null, face = null) => {
        if (container !== name && !places.some((place) => place.container === container))
          places.push({ container, units, face })
      },
    }
    this.#things.set(name, { thing, driver, kind: wordOf(item.model), places, origin: originOf(item) })
    this.fixture.take(item)
    const original = this.names.original(item)
    if (original !== null) thing.attributes.add('netbox.name', textOf(original))
    thing.attributes.fields(item, ['status', 'description', 'comments'])
    this.#tenant(item, thing)
    this.#tagged(item, thing)
    this.#contactsOf(item, thing)
    return thing
  }

  /** A thing that no object stands for. */
  extra(name: string, driver: string, kind: string, origin: Origin): ThingSketch {
    const known = this.get(name)
    if (known) return known
    const places: DraftPlace[] = []
    const place: ThingSketch['place'] = (container, units = null, face = null) => {
      places.push({ container, units, face })
    }
    const thing: ThingSketch = { name, attributes: new AttributeList(), place }
    this.#things.set(name, { thing, driver, kind, places, origin })
    return thing
  }

  get(name: string): ThingSketch | undefined {
    return this.#things.get(name)?.thing
  }

  /** The name of the thing that a field refers to; null where it refers to none. */
  refer(item: Item, field: string, model: string): string | null {
    const other = this.fixture.get(model, item.fields[field], item)
    return other === null ? null : this.names.of(other)
  }

  /** What the object that a field refers to is called in NetBox; it counts as taken. */
  called(item: Item, field: string, model: string): string {
    const other = this.fixture.get(model, item.fields[field], item)
    if (other === null) return ''
    this.fixture.take(other)
    return text(other, 'name')
  }

  /** Puts a thing into the group that a field refers to. */
  join(item: Item, thing: ThingSketch, field: string, model: string): void {
    const group = this.refer(item, field, model)
    if (group !== null) thing.place(group)
  }

  /** Custom fields, after everything else: theirs are the keys that are left. */
  custom(item: Item, attributes: AttributeList, port = ''): void {
    const found = item.fields.custom_field_data ?? item.fields.custom_fields
    if (typeof found !== 'object' || found === null) return
    for (const [name, value] of Object.entries(found)) {
      if (isSecret(name)) {
        if (valuesOf(value).length > 0) this.leave(`custom field ${name}`, 'secrets are kept elsewhere')
        continue
      }
      const { value: kept, dropped } = withoutSecrets(value)
      if (dropped > 0) this.leave(`members of custom field ${name}`, 'secrets are kept elsewhere', dropped)
      attributes.add(customKey(name, attributes), valuesOf(kept), port)
    }
  }

  /** The JSON of a field, without the secrets in it. */
  json(item: Item, field: string, attributes: AttributeList, key: string): void {
    const { value, dropped } = withoutSecrets(item.fields[field])
    attributes.add(key, valuesOf(value))
    if (dropped > 0) this.leave(`members of ${field}`, 'secrets are kept elsewhere', dropped)
  }

  /** Tags of what is a part and not a thing. */
  tagPart(item: Item, attributes: AttributeList, port: string): void {
    for (const tagged of this.#tags.get(member({ model: item.model, pk: String(item.pk) })) ?? []) {
      const tag = this.refer(tagged, 'tag', 'extras.tag')
      if (tag !== null) attributes.add('tag', textOf(tag), port)
      this.fixture.take(tagged)
    }
  }

  /** Counts something that is not taken. */
  leave(kind: string, reason: string, count = 1): void {
    const key = `${kind} ${reason}`
    const known = this.#left.get(key)
    if (known) known.count += count
    else this.#left.set(key, { kind, reason, count })
  }

  left(): readonly { readonly kind: string; readonly count: number; readonly reason: string }[] {
    return [...this.#left.values()]
  }

  draft(drivers: readonly DraftDriver[]): Draft {
    const things = [...this.#things.values()].map(
      ({ thing, driver, kind, places, origin }): DraftThing => ({
        name: thing.name,
        driver,
        kind,
        attributes: thing.attributes.list(),
        places,
        origin,
      }),
    )
    return { drivers, things, cables: this.cables, addresses: this.addresses, authoritative: true }
  }

  #tenant(item: Item, thing: ThingSketch): void {
    const tenant = this.fixture.get('tenancy.tenant', item.fields.tenant, item)
    if (tenant === null) return
    thing.attributes.add('tenant', textOf(text(tenant, 'name')))
    thing.place(this.names.of(tenant))
  }

  #tagged(item: Item, thing: ThingSketch): void {
    for (const tagged of this.#tags.get(member({ model: item.model, pk: String(item.pk) })) ?? []) {
      this.join(tagged, thing, 'tag', 'extras.tag')
      this.fixture.take(tagged)
    }
  }

  #contactsOf(item: Item, thing: ThingSketch): void {
    for (const assigned of this.#contacts.get(member({ model: item.model, pk: String(item.pk) })) ?? []) {
      const contact = this.fixture.get('tenancy.contact', assigned.fields.contact, assigned)
      if (contact === null) continue
      const role = this.called(assigned, 'role', 'tenancy.contactrole')
      const words = ['name', 'title', 'email', 'phone']
        .map((field) => text(contact, field))
        .filter((word) => word !== '')
      const subkey = role
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '')
      thing.attributes.add(/^[a-z]/.test(subkey) ? `contact.${subkey}` : 'contact', textOf(words.join(', ')))
      this.fixture.take(assigned, contact)
    }
  }
}

export const originOf = (item: Item): Origin => ({ line: null, object: labelOf(item) })
