// Files of all formats that can be imported, each read into the same kind of draft.
import type { Catalogue } from '../catalogue.ts'
import { readDocument } from './document/document.ts'
import type { Reading } from './draft.ts'
import { readNetbox } from './netbox/netbox.ts'
import { readTable } from './table/table.ts'

export const FORMATS = ['netbox', 'csv', 'json', 'yaml'] as const
export type Format = (typeof FORMATS)[number]

/** Throws UnreadableFile where the file as a whole cannot be read. */
export function readFileOf(format: Format, bytes: Uint8Array, catalogue: Catalogue): Reading {
  switch (format) {
    case 'netbox':
      return readNetbox(bytes, catalogue)
    case 'csv':
      return readTable(bytes)
    case 'json':
    case 'yaml':
      return readDocument(bytes, format)
  }
}
