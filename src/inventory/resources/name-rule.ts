// What a name manager must be: one to nine digits, a count that is a whole number, and a base name that names begin with.
import { checkName } from '../../grammar/name.ts'
import { illegal, type Resource, type ResourceRule, settingOf } from '../write/resource.ts'

export const nameRule: ResourceRule = {
  keys: ['basename', 'digits', 'next'],
  async check(_change, sources) {
    for (const source of sources) {
      refuseNumber(source, 'digits', 1, 9)
      refuseNumber(source, 'next', 0, 1_000_000_000)
      const basename = settingOf(source, 'basename')
      if (basename !== null && checkName(`${basename}0`) !== null)
        throw illegal(source, 'basename', basename, 'basename')
    }
  },
}

/** Refuses a setting that is there and is no whole number from `least` to `most`; answers with it. */
export function refuseNumber(resource: Resource, key: string, least: number, most: number): number | null {
  const text = settingOf(resource, key)
  if (text === null) return null
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= least && number <= most)) throw illegal(resource, key, text, 'whole-number', `${least} to ${most}`)
  return number
}
