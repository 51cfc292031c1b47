// Takes a file into the inventory, as one version; what a file would do is shown by `plan import …`.
import { outcomeOf, writeDifference } from '../inventory/import/apply.ts'
import { compareDraft, type Difference } from '../inventory/import/compare.ts'
import type { Reading, Refusal } from '../inventory/import/draft.ts'
import { type Format, readFileOf } from '../inventory/import/file.ts'
import { notesOf, summaryOf } from '../inventory/import/summary.ts'
import { templateFor } from '../inventory/import/table/template.ts'
import { UnreadableFile } from '../inventory/import/text.ts'
import { driverNamed } from '../inventory/query/drivers.ts'
import type { View } from '../inventory/view.ts'
import { type Asking, changeCommand, readCommand } from './command.ts'
import { CommandError } from './error.ts'

// An answer names this many refused lines; `total` says how many there are.
const REFUSED = 1000

export function refuseImport(file: string, refused: readonly Refusal[], would: readonly string[] = []): never {
  throw new CommandError('import-refused', { file, refused: refused.slice(0, REFUSED), total: refused.length, would })
}

function readDraft(format: Format, name: string, { view, file }: Asking): Reading {
  try {
    return readFileOf(format, file ?? new Uint8Array(), view.catalogue)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return refuseImport(name, [{ line: error.line, reason: error.message }])
  }
}

/** Everything that is wrong with a file is told at once: what could not be read, and what does not fit. */
async function difference(view: View, file: string, reading: Reading): Promise<Difference> {
  const found = await compareDraft(view, reading.draft)
  const refused = [...reading.refused, ...found.refused].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  const would = summaryOf(outcomeOf(found, refused)).filter((line) => !line.startsWith('with '))
  return refused.length === 0 ? found : refuseImport(file, refused, would)
}

export const importCommand = changeCommand({
  name: 'import',
  summary: 'Takes things from a file: CSV, JSON, YAML, or a NetBox dump; `plan import …` shows what it would do',
  syntax: 'import <format:netbox|csv|json|yaml> <file:string>',
  examples: ['import csv servers.csv', 'import netbox dump.json'],
  file: ({ file }) => file,
  async plan({ format, file }, asking) {
    const reading = readDraft(format, file, asking)
    const found = await difference(asking.view, file, reading)
    return {
      targets: outcomeOf(found, []).changed.flatMap(({ present }) => present ?? []),
      summary: summaryOf(outcomeOf(found, [])),
      ...(asking.isChat ? { raise: 'confirm' as const } : {}),
      async run(change) {
        const outcome = await writeDifference(change, found)
        if (outcome.refused.length > 0) refuseImport(file, outcome.refused, summaryOf(outcome))
        return {
          kind: 'change',
          done: [...summaryOf(outcome), ...notesOf(reading, outcome)],
          changed: outcome.fresh.length + outcome.changed.length,
        }
      },
    }
  },
})

export const importTemplate = readCommand({
  name: 'import template',
  summary: 'The columns of a table for `import csv`, with an example',
  syntax: 'import template <driver>',
  examples: ['import template server'],
  run({ driver }, { view }) {
    return Promise.resolve({ kind: 'lines', lines: templateFor(driverNamed(view.catalogue, driver)) })
  },
})
