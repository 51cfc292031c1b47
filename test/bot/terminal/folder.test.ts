// Folders that an operator names: their YAML files at any depth, each once.
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readFolder } from '../../../src/bot/terminal/folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clusto-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

const read = async () => (await readFolder(folder, (reason) => new Error(reason))).map(({ name }) => name)

test('YAML files at any depth are read in order; others, and what begins with a dot, are left out', async () => {
  await mkdir(join(folder, 'Dell', '.git'), { recursive: true })
  for (const name of ['b.yaml', 'a.YML', 'c.txt', '.d.yaml', 'Dell/e.yml', 'Dell/.git/f.yaml'])
    await writeFile(join(folder, name), 'x')
  expect(await read()).toEqual(['Dell/e.yml', 'a.YML', 'b.yaml'])
})

test('links that go round in a circle end, and each folder is read once', async () => {
  await mkdir(join(folder, 'one'))
  await writeFile(join(folder, 'one', 'a.yaml'), 'x')
  await symlink(folder, join(folder, 'one', 'up'))
  await symlink(join(folder, 'one'), join(folder, 'two'))
  await symlink('self.yaml', join(folder, 'self.yaml'))
  await symlink('nowhere', join(folder, 'gone.yaml'))
  expect(await read()).toEqual(['one/a.yaml'])
})

test('an empty folder and a huge file are refused', async () => {
  await expect(read()).rejects.toThrow('no .yaml or .yml file is in it')
  await writeFile(join(folder, 'huge.yaml'), '')
  await truncate(join(folder, 'huge.yaml'), 3 * 2 ** 20)
  await expect(read()).rejects.toThrow('huge.yaml in it is larger than 2 MB')
})
