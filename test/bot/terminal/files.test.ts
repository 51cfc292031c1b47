// Files that an operator names: only ordinary ones are read, and the refusal says what is there instead.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readNamed, writeArtefact } from '../../../src/bot/terminal/files.ts'
import { keepInHistory, readHistory } from '../../../src/bot/terminal/history.ts'
import { markDirectory } from '../../../src/inventory/database/directory.ts'

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

test('what is kept makes its directory, for its owner alone, and a database may come into it later', async () => {
  const data = join(folder, 'data')
  keepInHistory(data, 'count web*')
  expect(readHistory(data)).toEqual(['count web*'])
  const path = await writeArtefact(data, 'a.csv', Buffer.from('name\n'))
  expect(await readFile(path, 'utf8')).toBe('name\n')
  expect((await stat(data)).mode & 0o777).toBe(0o700)
  await markDirectory(data)
})

test('a directory that cannot be made is told where something has to be written', async () => {
  const data = join(folder, 'a.csv', 'data')
  keepInHistory(data, 'count web*')
  await expect(writeArtefact(data, 'b.csv', Buffer.from(''))).rejects.toMatchObject({ code: 'data-unusable' })
  expect(existsSync(data)).toBe(false)
})
