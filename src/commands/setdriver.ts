// Makes things into things of another driver, as when a server turns out to be virtual.
import { driverNamed } from '../inventory/query/drivers.ts'
import { selectForChange } from '../inventory/query/select.ts'
import { setDriver } from '../inventory/write/things.ts'
import { changeCommand } from './command.ts'
import { summaries } from './targets.ts'

export const setdriver = changeCommand({
  name: 'setdriver',
  summary: 'Gives things another driver',
  syntax: 'setdriver <things:expr> <driver>',
  examples: ['setdriver lab01 virtualserver'],
  async plan({ things, driver }, { view, now }) {
    const kind = driverNamed(view.catalogue, driver)
    const found = await selectForChange(view, things, now)
    const others = found.filter((thing) => thing.driver !== kind.name)
    return {
      targets: summaries(found),
      async run(change) {
        await setDriver(change, others, kind)
        const done = found.map(({ name, driver: old }) =>
          old === kind.name ? `${name} already is a ${kind.name}` : `${name} is now a ${kind.name}, was a ${old}`,
        )
        return { kind: 'change', done, changed: others.length }
      },
    }
  },
})
