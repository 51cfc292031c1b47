// Hands out things that are free, all of those asked for or none.
import type { Key, ThingName } from '../grammar/ast.ts'
import { InventoryError } from '../inventory/error.ts'
import { lookup } from '../inventory/query/lookup.ts'
import { chooseFree, racksOf, type Spread } from '../inventory/resources/allocation.ts'
import { UNALLOCATED } from '../inventory/resources/allocation-free.ts'
import { takeThings } from '../inventory/resources/allocation-take.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { changeCommand } from './command.ts'
import { CommandError } from './error.ts'
import { summaries } from './targets.ts'

const MOST = 10_000

export const allocate = changeCommand({
  name: 'allocate',
  summary:
    'Hands out free things, all asked for or none: not allocated, not protected, and of another status than unallocated only where the expression asks about the status',
  syntax:
    'allocate [<count:int>] <things:expr> [distinct <distinct:key>] [max <max:int> per <per:key>] [sort by <sort:key> [<direction:asc|desc>]] [limit <limit:int>] [to <pool:thing>]',
  examples: [
    'allocate 4 driver:Server and attr:status,unallocated in name:dcZ distinct rack',
    'allocate 4 pool:unallocated max 3 per rack sort by system.memory desc to dev',
    'allocate lab01 because "OPS-7"',
  ],
  async plan({ things, distinct, max, per, sort, direction, pool, ...numbers }, { view }) {
    const count = countOf(numbers)
    refuseNumbers(count, max)
    const target = pool ? await poolNamed(view, pool) : null
    const spread: Spread[] = [
      ...(distinct ? [{ per: word(distinct), most: 1 }] : []),
      ...(per && max !== undefined ? [{ per: word(per), most: max }] : []),
    ]
    const chosen = await chooseFree(view, {
      count,
      expression: things,
      spread,
      sort: sort ? { key: sort, descending: direction === 'desc' } : null,
    })
    return {
      targets: summaries(target ? [...chosen, target] : chosen),
      async run(change) {
        const racks = await racksOf(change, chosen)
        await takeThings(change, chosen, target)
        const into = target ? ` to ${target.name}` : ''
        return {
          kind: 'things',
          things: summaries(chosen),
          total: chosen.length,
          capped: false,
          version: null,
          done: chosen.map((thing) => `${thing.name} allocated${into}${placed(thing, racks)}`),
        }
      },
    }
  },
})

function placed(thing: ThingRow, racks: ReadonlyMap<number, string>): string {
  const rack = racks.get(thing.id)
  return rack === undefined ? '' : `, in ${rack}`
}

/** `allocate 4 …`, or `… limit 4` as in a query; one unless said. */
function countOf({ count, limit }: { readonly count?: number; readonly limit?: number }): number {
  if (count !== undefined && limit !== undefined)
    throw new CommandError('bad-arguments', {
      reason: 'how many is said twice',
      expected: `\`allocate ${count} …\` without \`limit ${limit}\``,
    })
  return count ?? limit ?? 1
}

const word = ({ key }: Key): string => key

function refuseNumbers(count: number, max = 1): void {
  if (count < 1 || count > MOST)
    throw new CommandError('bad-arguments', {
      reason: `${count} things cannot be allocated at once`,
      expected: `a number from 1 to ${MOST}`,
    })
  if (max < 1)
    throw new CommandError('bad-arguments', { reason: `at most ${max} leaves nothing`, expected: '`max 1` or more' })
}

async function poolNamed(view: View, name: ThingName): Promise<ThingRow> {
  const pool = await lookup(view, name)
  if (!['pool', 'exclusivepool', 'uniquepool'].includes(pool.type))
    throw new InventoryError('not-a-type', { thing: pool.name, type: pool.type, wanted: 'pool' })
  if (pool.name_key === UNALLOCATED)
    throw new CommandError('bad-arguments', {
      reason: `${pool.name} is the pool of what is not allocated`,
      expected: 'another pool, or `deallocate`',
    })
  return pool
}
