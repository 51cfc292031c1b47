// What a number manager must be: a range of whole numbers, lowest first.
import { illegal, type ResourceRule } from '../write/resource.ts'
import { refuseNumber } from './name-rule.ts'

// A number that is given out is also the number of an attribute, which is a 32-bit integer.
const MOST = 2 ** 31 - 2

export const numberRule: ResourceRule = {
  keys: ['min', 'max'],
  async check(_change, sources) {
    for (const source of sources) {
      const min = refuseNumber(source, 'min', 0, MOST)
      const max = refuseNumber(source, 'max', 0, MOST)
      if (min !== null && max !== null && min > max) throw illegal(source, 'max', String(max), 'backwards', String(min))
    }
  },
}
