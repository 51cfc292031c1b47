// Things that are somebody's for a time: others neither change them nor run jobs on them.
import { selectForChange } from '../inventory/query/select.ts'
import { instant } from '../inventory/read/instant.ts'
import { locksOn, lockThings, refuseLocked, unlockThings } from '../inventory/resources/locks.ts'
import { changeCommand } from './command.ts'
import { authorize, decide, granted } from './permit.ts'
import { summaries } from './targets.ts'
import { untilOf } from './until.ts'
import { words } from './words.ts'

export const lock = changeCommand({
  name: 'lock',
  summary: 'Keeps things to yourself: others neither change them nor run jobs on them until you unlock them',
  syntax: 'lock <things:expr> [<reason:text>] [until <until:word>]',
  examples: ['lock db201 "new disks"', 'lock lab[01-04] until 2h'],
  async plan({ things, reason = '', until }, { view, now, operator, standing }) {
    const found = await selectForChange(view, things, now)
    const end = until === undefined ? null : (await untilOf(until, view.knex)).toISOString()
    await refuseLocked(view, found, standing.operator?.id ?? null)
    const why = reason === '' ? '' : `: ${reason}`
    return {
      targets: summaries(found),
      effects: found.map(
        ({ name }) => `${name} is locked for you${until === undefined ? '' : ` until ${until}`}${why}`,
      ),
      async run(change) {
        const changed = await lockThings(change, found, { by: operator, reason, until: end })
        const how = words`${end === null ? '' : words` until ${instant(end)}`}${why}`
        return { kind: 'change', done: found.map(({ name }) => words`${name} is locked for you${how}`), changed }
      },
    }
  },
})

export const unlock = changeCommand({
  name: 'unlock',
  summary: 'Ends your locks on things; with `force`, those of others too, for those who may approve',
  syntax: 'unlock <things:expr> [force]',
  examples: ['unlock db202'],
  async plan({ things, force }, { view, language, now, standing, channel }) {
    const found = await selectForChange(view, things, now)
    if (force === true) {
      const allowed = granted(decide(standing, { name: 'unlock', right: 'approve' }, channel))
      await authorize(view, language, allowed, summaries(found))
    } else await refuseLocked(view, found, standing.operator?.id ?? null)
    const held = new Map((await locksOn(view, found)).map((one) => [one.id, one]))
    return {
      targets: summaries(found),
      liftsLocks: force === true,
      async run(change) {
        const changed = await unlockThings(change, found)
        const done = found.map(({ id, name }) => {
          const was = held.get(id)
          return was
            ? `${name} is no longer locked (was: by ${was.owner}${was.reason === '' ? '' : `, ${was.reason}`})`
            : `${name} is not locked`
        })
        return { kind: 'change', done, changed }
      },
    }
  },
})
