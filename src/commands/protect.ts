// Things that must stay: protected with a reason, until somebody unprotects them.
import { selectForChange } from '../inventory/query/select.ts'
import { protectionOf, protectThings, unprotectThings } from '../inventory/resources/protection.ts'
import { changeCommand } from './command.ts'
import { CommandError } from './error.ts'
import { summaries } from './targets.ts'

export const protect = changeCommand({
  name: 'protect',
  summary: 'Protects things, with a reason: no delete, rename, other driver or job; nothing is taken out of them',
  syntax: 'protect <things:expr> <reason:text>',
  examples: ['protect db201 "master of the orders"', 'protect pool:dbslaves "month end until Friday"'],
  right: 'protect',
  async plan({ things, reason }, { view, now }) {
    if (reason.trim() === '')
      throw new CommandError('bad-arguments', {
        reason: 'a protection needs a reason that others can read',
        expected: 'protect <things> "month end until Friday"',
      })
    const found = await selectForChange(view, things, now)
    const before = await protectionOf(view, found)
    return {
      targets: summaries(found),
      async run(change) {
        const changed = await protectThings(change, found, reason)
        const done = found.map(({ id, name }) => {
          const old = before.get(id)
          if (old === undefined) return `${name} is protected: ${reason}`
          return old.reason === reason
            ? `${name} is protected already: ${reason}`
            : `${name} is protected: ${reason} (before: ${old.reason})`
        })
        return { kind: 'change', done, changed }
      },
    }
  },
})

export const unprotect = changeCommand({
  name: 'unprotect',
  summary: 'Ends the protection of things',
  syntax: 'unprotect <things:expr>',
  examples: ['unprotect router1'],
  right: 'protect',
  async plan({ things }, { view, now }) {
    const found = await selectForChange(view, things, now)
    const before = await protectionOf(view, found)
    return {
      targets: summaries(found),
      async run(change) {
        const changed = await unprotectThings(change, found)
        const done = found.map(({ id, name }) => {
          const old = before.get(id)
          return old === undefined ? `${name} is not protected` : `${name} is no longer protected (was: ${old.reason})`
        })
        return { kind: 'change', done, changed }
      },
    }
  },
})
