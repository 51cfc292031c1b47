// Files that an operator names: only ordinary ones are read, and the refusal says what is there instead.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readNamed } from '../../../src/bot/terminal/files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusto-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a file is read', async () => {
  await writeFile(join(folder, 'a.csv'), 'name\n')
  expect(Buffer.from(await readNamed(join(folder, 'a.csv'))).toString()).toBe('name\n')
})

test('a pipe that nobody writes to is refused, and not waited for', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await expect(readNamed(join(folder, 'pipe'))).rejects.toMatchObject({
    code: 'file-not-found',
    facts: { reason: 'it is not a file but a pipe or a device' },
  })
})

test.each([
  ['', 'it is a directory, and no .yaml or .yml file is in it'],
  ['nothing.csv', 'it is not there'],
])('%s is refused: %s', async (name, reason) => {
  await expect(readNamed(join(folder, name))).rejects.toMatchObject({ code: 'file-not-found', facts: { reason } })
})
