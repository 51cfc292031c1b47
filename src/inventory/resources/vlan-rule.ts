// What a VLAN must be: its number, where it has one, is one that a switch knows. Two sites may each have a VLAN 203.
import { illegal, type ResourceRule, settingOf } from '../write/resource.ts'

// 0 and 4095 are reserved by IEEE 802.1Q.
const MOST = 4094

export const vlanRule: ResourceRule = {
  keys: ['vid'],
  async check(_change, vlans) {
    for (const vlan of vlans) {
      const vid = settingOf(vlan, 'vid')
      if (vid !== null && !isVid(vid)) throw illegal(vlan, 'vid', vid, 'vid')
    }
  },
}

/** Whether a text is the number of a VLAN. */
export const isVid = (text: string): boolean => /^[1-9]\d{0,3}$/.test(text) && Number(text) <= MOST
