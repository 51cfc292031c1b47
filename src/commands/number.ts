// Numbers that a number manager gives out, and takes back.
import { lookup } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { stockOf } from '../inventory/read/stock.ts'
import { surroundingsOf } from '../inventory/read/surroundings.ts'
import { allocateNumbers, heldNumbers, keyOfSource, releaseNumber } from '../inventory/resources/numbers.ts'
import { changeCommand, readCommand } from './command.ts'
import { groupNamed } from './groups.ts'
import { listed, summaries } from './targets.ts'

const SOURCE = { word: 'nummanager', types: ['nummanager'] }

export const numberAllocate = changeCommand({
  name: 'number allocate',
  summary: 'Gives things the lowest free numbers of a number manager, as an attribute named after it or as another key',
  syntax: 'number allocate <items:item>... from <source:thing> [as <key>]',
  examples: ['number allocate web01 from assets', 'number allocate web02 web03 from assets as inventory'],
  async plan({ items, source, key }, { view, now }) {
    const from = await groupNamed(view, source, SOURCE)
    const things = await listed(view, items, now)
    return {
      targets: summaries([from, ...things]),
      async run(change) {
        const numbers = await allocateNumbers(change, things, from, key)
        const name = (key ?? keyOfSource(from)).key
        const done = things.map((thing, index) => `${thing.name} ${name} = ${numbers[index]}`)
        const [only, ...others] = numbers
        const chosen = only === undefined || others.length > 0 ? { numbers } : { number: only }
        return { kind: 'change', done, changed: numbers.length, chosen }
      },
    }
  },
})

export const numberRelease = changeCommand({
  name: 'number release',
  summary: 'Takes a number back from a thing; the number need not be said where there is only one',
  syntax: 'number release <thing> [<number:int>] from <source:thing>',
  examples: ['number release db201 from assets'],
  async plan({ thing, number, source }, { view }) {
    const from = await groupNamed(view, source, SOURCE)
    const holder = await lookup(view, thing)
    return {
      targets: summaries([from, holder]),
      async run(change) {
        const released = await releaseNumber(change, holder, from, number ?? null)
        return {
          kind: 'change',
          done: [`${released.number} of ${from.name} released by ${holder.name}`],
          changed: 1,
        }
      },
    }
  },
})

export const numberShow = readCommand({
  name: 'number show',
  summary: 'Which numbers a number manager has given out',
  syntax: 'number show <source:thing> [as of <when>]',
  examples: ['number show assets'],
  async run({ source, when }, { view, now, limit }) {
    const moment = await momentOf(view, when ?? null, now)
    const from = await groupNamed(view, source, SOURCE, moment)
    const held = await heldNumbers(view, from, moment, limit)
    const stock = stockOf(from, await surroundingsOf(view, [from], ['attributes', 'addresses', 'numbers'], moment))
    return {
      kind: 'table',
      columns: ['number', 'thing', 'key'],
      rows: held.map(({ number, thing, key }) => [number, thing, key]),
      ...(stock === null ? {} : { more: `${stock.free} of ${stock.total} free: ${stock.of}` }),
    }
  },
})
