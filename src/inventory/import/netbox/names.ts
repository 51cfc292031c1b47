// What each NetBox object is called in the inventory. Kinds that operators type most come first and so keep plain names.
import type { Mangled } from '../draft.ts'
import { mangle, Names } from '../naming.ts'
import { type Fixture, type Item, text } from './fixture.ts'

interface Kind {
  readonly model: string
  /** In answers: `rack`. */
  readonly word: string
  original?(item: Item, fixture: Fixture): string
  /** What tells it from others of its name. */
  qualifier?(item: Item, fixture: Fixture): string
  id?(item: Item): string
}

const nameOf = (model: string, field: string) => (item: Item, fixture: Fixture) => {
  const other = fixture.get(model, item.fields[field], item)
  return other === null ? '' : text(other, 'name')
}

const KINDS: readonly Kind[] = [
  { model: 'dcim.device', word: 'device', original: deviceName, qualifier: nameOf('dcim.site', 'site') },
  {
    model: 'virtualization.virtualmachine',
    word: 'virtual machine',
    qualifier: nameOf('virtualization.cluster', 'cluster'),
  },
  { model: 'dcim.site', word: 'site' },
  { model: 'dcim.rack', word: 'rack', qualifier: nameOf('dcim.site', 'site') },
  { model: 'dcim.location', word: 'location', qualifier: nameOf('dcim.site', 'site') },
  { model: 'virtualization.cluster', word: 'cluster', qualifier: nameOf('virtualization.clustergroup', 'group') },
  { model: 'dcim.devicerole', word: 'role' },
  { model: 'ipam.role', word: 'role', qualifier: () => 'ipam' },
  { model: 'dcim.rackrole', word: 'role', qualifier: () => 'rack' },
  { model: 'extras.tag', word: 'tag', qualifier: () => 'tag' },
  { model: 'tenancy.tenant', word: 'tenant', qualifier: () => 'tenant' },
  { model: 'tenancy.tenantgroup', word: 'tenant group', qualifier: () => 'tenants' },
  { model: 'dcim.sitegroup', word: 'site group', qualifier: () => 'sites' },
  { model: 'dcim.virtualchassis', word: 'virtual chassis', qualifier: () => 'chassis' },
  { model: 'dcim.region', word: 'region', qualifier: () => 'region' },
  {
    model: 'ipam.vlan',
    word: 'VLAN',
    qualifier: (item, fixture) =>
      nameOf('ipam.vlangroup', 'group')(item, fixture) || nameOf('dcim.site', 'site')(item, fixture),
    id: (item) => text(item, 'vid'),
  },
  {
    model: 'ipam.prefix',
    word: 'prefix',
    original: (item) => text(item, 'prefix'),
    qualifier: (item, fixture) => nameOf('ipam.vrf', 'vrf')(item, fixture) || 'global',
  },
  {
    model: 'ipam.aggregate',
    word: 'aggregate',
    original: (item) => text(item, 'prefix'),
    qualifier: () => 'aggregate',
  },
  {
    model: 'ipam.iprange',
    word: 'IP range',
    original: (item) => `${withoutMask(text(item, 'start_address'))}-${withoutMask(text(item, 'end_address'))}`,
    qualifier: (item, fixture) => nameOf('ipam.vrf', 'vrf')(item, fixture) || 'global',
  },
]

export const withoutMask = (address: string): string => address.replace(/\/.*$/, '')

/** As NetBox shows a device without a name: by its place in a virtual chassis, or by its device type. */
function deviceName(item: Item, fixture: Fixture): string {
  const name = text(item, 'name')
  if (name !== '') return name
  const chassis = nameOf('dcim.virtualchassis', 'virtual_chassis')(item, fixture)
  if (chassis !== '' && text(item, 'vc_position') !== '') return `${chassis}-${text(item, 'vc_position')}`
  const type = fixture.get('dcim.devicetype', item.fields.device_type, item)
  return `${type === null ? 'device' : text(type, 'slug') || mangle(text(type, 'model'))}-${item.pk}`
}

export interface NameBook {
  /** The name that an object has in the inventory. */
  of(item: Item): string
  /** What NetBox calls it, where that is another name. */
  original(item: Item): string | null
  readonly mangled: readonly Mangled[]
}

/** Names everything that becomes a thing. */
export function nameAll(fixture: Fixture): NameBook {
  const names = new Names()
  const given = new Map<Item, string>()
  const originals = new Map<Item, string>()
  const mangled: Mangled[] = []
  for (const kind of KINDS) {
    const items = fixture.all(kind.model)
    const wanted = items.map((item) => {
      const qualifier = kind.qualifier?.(item, fixture) ?? ''
      return {
        original: kind.original?.(item, fixture) ?? text(item, 'name'),
        qualifier: qualifier === '' ? null : mangle(qualifier),
        id: kind.id?.(item) ?? String(item.pk),
      }
    })
    for (const [at, name] of names.give(wanted).entries()) {
      const item = items[at]
      const original = wanted[at]?.original ?? ''
      if (!item) continue
      given.set(item, name)
      const unnamed = kind.model === 'dcim.device' && text(item, 'name') === ''
      if (name !== original && !unnamed) originals.set(item, original)
      if (name !== original || unnamed) mangled.push({ kind: kind.word, original: unnamed ? '' : original, name })
    }
  }
  return {
    mangled,
    of: (item) => given.get(item) ?? '',
    original: (item) => originals.get(item) ?? null,
  }
}

const WORDS = new Map(KINDS.map(({ model, word }) => [model, word]))
/** What a model is called in answers. */
export const wordOf = (model: string): string => WORDS.get(model) ?? model
