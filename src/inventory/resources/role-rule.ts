// What must hold for the attributes of roles, services and VIPs: a role requires classes, which all that have it are in; a
// port and an address are what a network knows as such.
import { isIP } from 'node:net'
import { ask } from '../write/ask.ts'
import { refuseRolesWithoutClasses } from '../write/membership.ts'
import { illegal, type ResourceRule, settingOf } from '../write/resource.ts'
import { refuseNumber } from './name-rule.ts'

export const roleRule: ResourceRule = {
  keys: ['requires'],
  async check(change, roles) {
    const ids = roles.map(({ id }) => id)
    const [other] = await ask<{ id: number; name: string; text: string }>(
      change,
      `select role.id, role.name, needed.text from attributes needed join things role on role.id = needed.thing_id
         left join things class on class.id = needed.ref_id or (needed.ref_id is null and class.name_key = lower(needed.text))
       where needed.thing_id = any(?::bigint[]) and needed.key = 'requires' and needed.port = ''
         and class.type is distinct from 'class' order by needed.id limit 1`,
      [ids],
    )
    if (other) throw illegal(other, 'requires', other.text, 'no-class')
    await refuseRolesWithoutClasses(change, ids)
  },
}

export const serviceRule: ResourceRule = {
  keys: ['port'],
  async check(_change, services) {
    for (const service of services) refuseNumber(service, 'port', 1, 65_535)
  },
}

export const vipRule: ResourceRule = {
  keys: ['address'],
  async check(_change, vips) {
    for (const vip of vips) {
      const address = settingOf(vip, 'address')
      if (address !== null && isIP(address) === 0) throw illegal(vip, 'address', address, 'vip-address')
    }
  },
}
