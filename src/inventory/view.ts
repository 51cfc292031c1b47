// What a question is asked of: the database, the drivers, and the version that was the latest when it was asked.
import type { Knex } from 'knex'
import type { Catalogue } from './catalogue.ts'

export interface View {
  readonly knex: Knex
  readonly catalogue: Catalogue
  /** 0 for an empty inventory. */
  readonly latest: number
}
