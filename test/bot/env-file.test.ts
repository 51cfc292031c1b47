import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { envFileExamination } from '../../src/bot/env-file.ts'
import { examine } from '../../src/commands/check.ts'

const folder = mkdtempSync(join(tmpdir(), 'clusto-env-'))
afterAll(() => rmSync(folder, { recursive: true }))

const look = (file: string) => examine([envFileExamination(join(folder, file))])

test.each(['DISCORD_TOKEN=hunter2', 'DATABASE_URL=postgres://u:hunter2@db/x', 'CLUSTO_SECRET_KEY=hunter2'])(
  'doctor tells where others can read %s, and does not repeat it',
  async (line) => {
    const file = join(folder, '.env')
    writeFileSync(file, `${line}\n`)
    chmodSync(file, 0o644)
    const open = await look('.env')
    expect(open).toMatchObject([{ name: '.env', state: 'failed', detail: expect.stringContaining('chmod 600') }])
    expect(JSON.stringify(open)).not.toContain('hunter2')
    chmodSync(file, 0o600)
    expect(await look('.env')).toMatchObject([{ name: '.env', state: 'ok' }])
  },
)

test('a file without a secret, and no file, are nothing to tell of', async () => {
  const file = join(folder, 'plain')
  writeFileSync(file, 'CLUSTO_SECRET_KEY_FILE=/etc/clusto/key\nCLUSTO_DATA=/srv\nSLACK_BOT_TOKEN=\n')
  chmodSync(file, 0o644)
  expect(await look('plain')).toEqual([])
  expect(await look('nothing')).toEqual([])
})
