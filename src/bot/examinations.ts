// What `doctor` looks at besides the database, in any process; chats add theirs where they are served. Where the database
// does not answer, it looks at the rest all the same.
import { type Check, checksTable, type Examination, examine } from '../commands/check.ts'
import type { Reply } from '../commands/reply.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { lookAtChats } from './adapters.ts'
import type { Config } from './config.ts'
import { envFileExamination } from './env-file.ts'
import { lostExamination } from './outbox/lost.ts'
import { checkOf, keyExamination } from './secret-key.ts'
import { toolsExamination } from './tools.ts'

export function examinationsOf(config: Config, { database }: Inventory): readonly Examination[] {
  const { knex } = database
  return [keyExamination(config.secretKey, knex), lostExamination(knex), envFileExamination(), toolsExamination(config)]
}

/** What can be told without a database; `trouble` is what keeps it from answering. */
export async function examineAlone(config: Config, trouble: string): Promise<Reply> {
  const database: Check = { name: 'database', state: 'failed', detail: trouble }
  const key: Examination = { name: 'key', look: async () => [checkOf(config.secretKey, null)] }
  const others = [key, envFileExamination(), toolsExamination(config), lookAtChats(config)]
  return checksTable([database, ...(await examine(others))])
}
