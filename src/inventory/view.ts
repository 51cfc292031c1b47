// What a question is asked of: the database and the drivers.
import type { Knex } from 'knex'
import type { Catalogue } from './catalogue.ts'

export interface View {
  readonly knex: Knex
  readonly catalogue: Catalogue
  /** The number of the latest version; 0 for an empty inventory. A change does not count itself. */
  latest(): Promise<number>
}
