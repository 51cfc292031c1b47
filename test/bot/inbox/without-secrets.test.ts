// What comes in is kept without secrets where it means the same without them.
import { expect, test } from 'vitest'
import { withoutSecrets } from '../../../src/bot/inbox/without-secrets.ts'
import { COMMANDS } from '../../../src/commands/registry.ts'
import { createLanguage } from '../../../src/grammar/language.ts'
import { came } from './came.ts'

const known = { language: createLanguage(COMMANDS), commands: COMMANDS }

test.each([
  ['attr set web01 db_password hunter2', 'attr set web01 db_password [redacted]'],
  ['add server web01 api_token=hunter2', 'add server web01 api_token=[redacted]'],
  ['plan attr set web01 db_password hunter2', 'plan attr set web01 db_password [redacted]'],
  ['attr sett web01 db_password hunter2', 'attr sett web01 db_password [redacted]'],
  ['explain attr:token,hunter2', 'explain attr:token,[redacted]'],
  ['find attr:token=x', 'find attr:token=x'],
  ['attr:token!=x and driver:Server', 'attr:token!=x and driver:Server'],
  ['count attr:"password" >= 4 by status', 'count attr:"password" >= 4 by status'],
])('%s', (text, kept) => {
  expect(withoutSecrets(came(1, { text }), known)).toMatchObject({ text: kept })
})
