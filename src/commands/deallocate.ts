// Gives servers back, so that others may be given them.
import { selectForChange } from '../inventory/query/select.ts'
import { type Returned, returnThings } from '../inventory/resources/allocation-take.ts'
import { changeCommand } from './command.ts'
import { summaries } from './targets.ts'

export const deallocate = changeCommand({
  name: 'deallocate',
  summary:
    'Gives servers back: status unallocated, out of every pool that is not protected, into the pool unallocated if there is one; clear removes all attributes but facts about the hardware',
  syntax: 'deallocate <things:expr> [clear]',
  examples: ['deallocate web05', 'deallocate cache* and pool:dev clear'],
  async plan({ things, clear }, { view, now }) {
    const found = await selectForChange(view, things, now)
    return {
      targets: summaries(found),
      async run(change) {
        const returned = await returnThings(change, found, { clear: clear === true })
        return {
          kind: 'change',
          done: returned.map((one) => line(one, clear === true)),
          changed: returned.filter(({ already }) => !already).length,
        }
      },
    }
  },
})

function line({ thing, already, left, joined, removed }: Returned, clear: boolean): string {
  if (already) return `${thing.name} is already unallocated`
  return [
    `${thing.name} deallocated`,
    ...(left.length > 0 ? [`out of ${left.join(', ')}`] : []),
    ...(joined === null ? [] : [`into ${joined}`]),
    ...(removed.length > 0 ? [`removed ${removed.join(', ')}`] : clear ? ['nothing to remove'] : []),
  ].join(', ')
}
