// New things of a driver, with their first attributes.
import { InventoryError } from '../inventory/error.ts'
import { driverNamed } from '../inventory/query/drivers.ts'
import { addThings } from '../inventory/write/things.ts'
import { changeCommand } from './command.ts'

export const add = changeCommand({
  name: 'add',
  summary: 'Adds things of a driver, with attributes; a range adds many at once',
  syntax: 'add <driver> <names:range>... [<attributes:pair>...]',
  examples: ['add server server9 env=lab', 'add server new[01-04] status=unallocated', 'add pool staging'],
  async plan({ driver, names, attributes = [] }, { view }) {
    const kind = driverNamed(view.catalogue, driver)
    const wanted = names.flatMap((pattern) => (pattern.tag === 'range' ? pattern.names : [pattern.text]))
    const first = wanted.find((name, index) => wanted.indexOf(name) < index)
    if (first !== undefined) throw new InventoryError('same-name-twice', { name: first })
    return {
      targets: [],
      async run(change) {
        const added = await addThings(
          change,
          wanted.map((name) => ({ name, driver: kind, attributes })),
        )
        return { kind: 'change', done: added.map(({ name }) => `${name} added (${kind.name})`), changed: added.length }
      },
    }
  },
})
