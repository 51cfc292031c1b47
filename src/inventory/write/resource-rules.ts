// What must hold for the attributes of networks, VLANs and other resources, by type. Checked on what is written, whichever
// way it was: added, set, deleted, imported, by another driver, or by an undo.
import type { Change } from '../change.ts'
import { nameRule } from '../resources/name-rule.ts'
import { networkRule } from '../resources/network-rule.ts'
import { numberRule } from '../resources/number-rule.ts'
import { roleRule, serviceRule, vipRule } from '../resources/role-rule.ts'
import { vlanRule } from '../resources/vlan-rule.ts'
import { ask } from './ask.ts'
import type { Resource, ResourceRule } from './resource.ts'

const RULES: Readonly<Record<string, ResourceRule>> = {
  network: networkRule,
  vlan: vlanRule,
  namemanager: nameRule,
  nummanager: numberRule,
  role: roleRule,
  service: serviceRule,
  vip: vipRule,
}

const KEYS = new Set(Object.values(RULES).flatMap(({ keys }) => keys))

/** Whether a rule reads attributes of this key. */
export const isRuledKey = (key: string): boolean => KEYS.has(key)

/** Refuses things among `thingIds` that are resources and break their rule (`illegal-resource`). */
export async function refuseIllegalResources(change: Change, thingIds: readonly number[]): Promise<void> {
  if (thingIds.length === 0) return
  const rows = await ask<{ id: number; name: string; type: string; key: string | null; text: string | null }>(
    change,
    `select things.id, things.name, things.type, key, text
     from things left join attributes on thing_id = things.id and port = '' and subkey = '' and key = any(?::text[])
     where things.id = any(?::bigint[]) and things.type = any(?::text[]) order by things.name_key, attributes.id`,
    [[...KEYS], [...thingIds], Object.keys(RULES)],
  )
  const resources = new Map<string, Map<number, Resource & { readonly values: Map<string, string[]> }>>()
  for (const { id, name, type, key, text } of rows) {
    const same = resources.get(type) ?? new Map()
    resources.set(type, same)
    const resource = same.get(id) ?? { id, name, values: new Map() }
    same.set(id, resource)
    if (key !== null && text !== null) resource.values.set(key, [...(resource.values.get(key) ?? []), text])
  }
  for (const [type, same] of resources) await RULES[type]?.check(change, [...same.values()])
}
