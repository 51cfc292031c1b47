// Takes a version back: the rows that it wrote go, the rows that it ended return.
import { InventoryError } from '../inventory/error.ts'
import { touchesProtection } from '../inventory/resources/protection.ts'
import { lastVersionOf, undo as undoVersion } from '../inventory/versions/undo.ts'
import { authorizeWritten } from './authorize-written.ts'
import { changeCommand } from './command.ts'
import { decide, granted } from './permit.ts'

// More lines than this tell nobody anything: the count does.
const MOST_LINES = 50

export const undo = changeCommand({
  name: 'undo',
  summary: 'Takes back your last change, or a given version; refused where later changes build on it',
  syntax: 'undo [<version:int>] [except conflicts]',
  examples: ['undo', 'undo 2'],
  async plan({ version, except }, { view, language, operator, standing, channel }) {
    const last = version ?? (await lastVersionOf(view, operator))
    if (last === null) throw new InventoryError('nothing-to-undo', { operator: standing.operator?.name ?? operator })
    return {
      targets: [],
      async run(change) {
        const { lines, rows } = await undoVersion(change, last, { exceptConflicts: except === true })
        // What brings a protection back, or ends one, asks for the same as protecting does.
        if (await touchesProtection(change)) {
          const allowed = granted(decide(standing, { name: 'undo', right: 'protect' }, channel))
          await authorizeWritten(change, language, allowed)
        }
        const more = lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more`] : []
        const done = [`version ${last} is taken back`, ...lines.slice(0, MOST_LINES), ...more]
        return { kind: 'change', done, changed: rows }
      },
    }
  },
})
