// Things as a file, in a format that `import` reads back.
import { InventoryError } from '../inventory/error.ts'
import { printJson, printYaml } from '../inventory/export/document.ts'
import { readRecords } from '../inventory/export/records.ts'
import { printTable } from '../inventory/export/table.ts'
import { select } from '../inventory/query/select.ts'
import { queryAsOf } from './as-of.ts'
import { readCommand } from './command.ts'

// What one file holds; it is made in memory.
const LIMIT = 200_000

const MEDIA = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  yaml: 'application/yaml',
} as const

export const exportCommand = readCommand({
  name: 'export',
  summary: 'Writes things, with everything that is known of them, as CSV, JSON or YAML',
  syntax: 'export <query> <format:csv|json|yaml> [as of <when>]',
  examples: [
    'export driver:Server csv',
    'export web* json',
    'export * in name:rack101 yaml',
    'export db* csv as of version 1',
  ],
  async run({ query, format, when }, { view, now }) {
    const { things, warnings, moment } = await select(view, queryAsOf(query, when), { limit: LIMIT, now })
    if (things.length === LIMIT)
      throw new InventoryError('too-many-selected', { limit: LIMIT, found: LIMIT, read: true })
    const records = await readRecords(view, things, moment)
    const text =
      format === 'csv' ? printTable(records.things) : format === 'json' ? printJson(records) : printYaml(records)
    const content = new TextEncoder().encode(text)
    return { kind: 'file', path: `export.${format}`, mediaType: MEDIA[format], content, warnings }
  },
})
