// What `doctor` looks at besides the database, in any process; chats add theirs where they are served.
import type { Examination } from '../commands/check.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Config } from './config.ts'
import { keyExamination } from './secret-key.ts'
import { toolsExamination } from './tools.ts'

export function examinationsOf(config: Config, { database }: Inventory): readonly Examination[] {
  return [keyExamination(config.secretKey, database.knex), toolsExamination(config)]
}
