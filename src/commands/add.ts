// New things of a driver, with their first attributes: by names that are given, or by the next ones of a name manager.
import type { ThingName } from '../grammar/ast.ts'
import { InventoryError } from '../inventory/error.ts'
import { driverNamed } from '../inventory/query/drivers.ts'
import { takeNames } from '../inventory/resources/names.ts'
import { addThings, type NewThing } from '../inventory/write/things.ts'
import { type Asking, changeCommand, type Plan } from './command.ts'
import { CommandError } from './error.ts'
import { groupNamed, namesOf } from './groups.ts'
import { summaries } from './targets.ts'

const SOURCE = { word: 'namemanager', types: ['namemanager'] }
// As many as a range of names may hold.
const MOST = 10_000

export const add = changeCommand({
  name: 'add',
  summary: 'Adds things of a driver, with attributes; a range adds many at once, a name manager gives the next names',
  syntax: 'add <driver> (from <source:thing> [count <count:int>] | <names:range>...) [<attributes:pair>...]',
  examples: [
    'add server server9 env=lab',
    'add server new[01-04] status=unallocated',
    'add pool staging',
    'add server from frontends status=unallocated',
    'add server from frontends count 3',
  ],
  async plan({ driver, names, source, count, attributes = [] }, asking) {
    const kind = driverNamed(asking.view.catalogue, driver)
    const things = (wanted: readonly string[]) => wanted.map((name): NewThing => ({ name, driver: kind, attributes }))
    if (source) return planNamed(source, count ?? 1, things, asking)
    const wanted = namesOf(names ?? [])
    const first = wanted.find((name, index) => wanted.indexOf(name) < index)
    if (first !== undefined) throw new InventoryError('same-name-twice', { name: first })
    return {
      targets: [],
      async run(change) {
        const added = await addThings(change, things(wanted))
        return { kind: 'change', done: added.map(({ name }) => `${name} added (${kind.name})`), changed: added.length }
      },
    }
  },
})

async function planNamed(
  source: ThingName,
  count: number,
  things: (names: readonly string[]) => readonly NewThing[],
  { view }: Asking,
): Promise<Plan> {
  const from = await groupNamed(view, source, SOURCE)
  if (count < 1 || count > MOST)
    throw new CommandError('bad-arguments', {
      reason: `${count} things cannot be added at once`,
      expected: `a number from 1 to ${MOST}: \`add server from ${from.name} count 3\``,
    })
  return {
    targets: summaries([from]),
    async run(change) {
      const added = await addThings(change, things(await takeNames(change, from, count)))
      const names = added.map(({ name }) => name)
      const [only = '', ...others] = names
      return {
        kind: 'change',
        done: added.map(({ name, driver }) => `${name} added (${driver})`),
        changed: added.length,
        chosen: others.length > 0 ? { names } : { name: only },
      }
    },
  }
}
