// What is said where fewer things are free than were asked for: how many are, and who has the others.
import type { InventoryFacts } from '../../inventory/error.ts'
import { counted } from './said.ts'

type Facts = NonNullable<InventoryFacts['too-few']['allocation']>

const COUNTED = 10_000
const number = (count: number): string => (count > COUNTED ? `${COUNTED}+` : String(count))
const be = (count: number): string => (count === 1 ? 'is' : 'are')

/** `4 things, at most 1 per rack, were asked for, and only 2 qualify; without that 7 would; 12 are allocated` */
export function tooFewFree(
  wanted: number,
  found: number,
  { spread, free, allocated, protected: kept, holders, lately }: Facts,
): string {
  const apart = spread.map(({ per, most }) =>
    most === 1 ? `each in a different ${per}` : `at most ${most} per ${per}`,
  )
  const asked = [counted(wanted, 'thing'), ...apart].join(', ')
  const [held, late] = [holders, lately].map((given) =>
    given.map(({ thing, by, version }) => `${thing} by ${by} in version ${version}`).join(', '),
  )
  return [
    `${asked}${apart.length === 0 ? '' : ','} ${wanted === 1 ? 'was' : 'were'} asked for, and ${found === 0 ? 'none qualifies' : `only ${found} ${found === 1 ? 'qualifies' : 'qualify'}`}`,
    ...(spread.length > 0 && free > found ? [`wherever they stand, ${number(free)} would`] : []),
    ...(allocated > 0
      ? [
          `${number(allocated)} ${be(allocated)} allocated already (${allocated > holders.length ? 'last ' : ''}${held})`,
        ]
      : []),
    ...(lately.length > 0 ? [`lately given out: ${late}`] : []),
    ...(kept > 0 ? [`${number(kept)} ${be(kept)} protected`] : []),
  ].join('; ')
}
