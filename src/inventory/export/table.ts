// Things as a table, one row each, in the columns that `import csv` reads.
import { printKey } from '../../grammar/key.ts'
import { printValues, printWords } from '../import/table/cells.ts'
import { FIXED, type FixedColumn, printColumn } from '../import/table/columns.ts'
import { printRow } from '../import/table/csv.ts'
import { printUnits } from '../write/units.ts'
import type { PlaceRecord, ThingRecord } from './records.ts'

/** The table as text: a line of heads, then one for each thing, ends of lines as RFC 4180 wants them. */
export function printTable(things: readonly ThingRecord[]): string {
  const heads = new Map<string, string>()
  for (const { attributes } of things)
    for (const { port, key } of attributes) if (port === '') heads.set(printKey(key), printColumn(key))
  const keys = [...heads.keys()].sort()
  const used = new Set<FixedColumn>(['name', 'driver', 'location', 'unit', 'pools'])
  const rows = things.map((thing) => ({ fixed: fixedCells(thing), thing }))
  for (const { fixed } of rows) for (const column of FIXED) if (fixed[column] !== '') used.add(column)
  const columns = FIXED.filter((column) => used.has(column))
  const lines = [printRow([...columns, ...keys.map((key) => heads.get(key) ?? key)])]
  for (const { fixed, thing } of rows) {
    const own = new Map(thing.attributes.flatMap((row) => (row.port === '' ? [[printKey(row.key), row.values]] : [])))
    lines.push(
      printRow([...columns.map((column) => fixed[column]), ...keys.map((key) => printValues(own.get(key) ?? []))]),
    )
  }
  return `${lines.join('\r\n')}\r\n`
}

function fixedCells(thing: ThingRecord): Readonly<Record<FixedColumn, string>> {
  // Only one container has units, and only one is a location: the first of them is the row's place.
  const place =
    thing.places.find(({ low, face }) => low !== null || face !== null) ??
    thing.places.find(({ category }) => category === 'location') ??
    null
  const names = (wanted: (place: PlaceRecord) => boolean) =>
    printWords(thing.places.filter((other) => other !== place && wanted(other)).map(({ container }) => container))
  return {
    name: printWords([thing.name]),
    driver: thing.driver,
    location: place === null ? '' : printWords([place.container]),
    unit: place?.low == null || place.high === null ? '' : printUnits({ low: place.low, high: place.high }),
    face: place?.face ?? '',
    pools: names(({ category }) => category === 'group'),
    in: names(({ category }) => category !== 'group'),
    cables: printWords(
      thing.cables.map(
        ({ type, number, peer, peerType, peerNumber }) => `${type}:${number}=${peer}:${peerType}:${peerNumber}`,
      ),
    ),
    ports: thing.attributes
      .filter(({ port }) => port !== '')
      .flatMap(({ port, key, values }) => values.map((value) => `${port} ${printKey(key)}=${printValues([value])}`))
      .join('; '),
    ips: printWords(
      thing.addresses.map(({ address, port, network, obvious }) => {
        const from = obvious ? '' : `@${network ?? ''}`
        return `${port === '' ? '' : `${port}=`}${address}${from}`
      }),
    ),
  }
}
