// Deletes things that nothing hangs on. (`delete` is a word of JavaScript, hence the name.)
import { selectForChange } from '../inventory/query/select.ts'
import { impactOf } from '../inventory/read/impact.ts'
import { deleteThings } from '../inventory/write/delete.ts'
import { changeCommand } from './command.ts'
import { impactLines } from './impact.ts'
import { summaries } from './targets.ts'

export const deleteCommand = changeCommand({
  name: 'delete',
  summary: 'Deletes things; refused while anything hangs on them, and lists it: `force` deletes them all the same',
  syntax: 'delete <things:expr> [force]',
  examples: ['delete lab[01-04]', 'delete server3 force'],
  dangerOf: ({ force }) => (force === true ? 'destroy' : 'change'),
  async plan({ things, force }, { view, now }) {
    const found = await selectForChange(view, things, now)
    return {
      targets: summaries(found),
      // What anything hangs on is deleted so: who approves it sees what.
      ...(force === true ? { impact: impactLines(await impactOf(view, found)) } : {}),
      async run(change) {
        await deleteThings(change, found, { force: force === true })
        return { kind: 'change', done: found.map(({ name }) => `${name} deleted`), changed: found.length }
      },
    }
  },
})
