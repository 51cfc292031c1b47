// Which of the programs that clusto calls are there.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findTool, toolsExamination } from '../../src/bot/tools.ts'

const directory = mkdtempSync(join(tmpdir(), 'clusto-path-'))
const program = (name: string, mode = 0o755) => {
  writeFileSync(join(directory, name), '#!/bin/sh\n')
  chmodSync(join(directory, name), mode)
}
program('ipmitool')
program('readme', 0o644)
mkdirSync(join(directory, 'folder'))

test('a program is a file in a directory of the path that may be run', async () => {
  const path = ['', '.', '/nowhere', directory]
  expect(await findTool('ipmitool', path)).toBe(join(directory, 'ipmitool'))
  for (const name of ['readme', 'folder', 'none']) expect(await findTool(name, path), name).toBeNull()
  expect(await findTool('ipmitool', ['', '/nowhere'])).toBeNull()
})

test('what is not there is told with what does not work without it, and how to get it', async () => {
  const tools = ['ipmitool', 'none'].map((command) => ({ command, package: command, neededFor: 'the power of BMCs' }))
  const checks = await toolsExamination({ path: [directory], pager: null }, tools).look(new AbortController().signal)
  expect(checks).toEqual([
    { name: 'ipmitool', state: 'ok', detail: join(directory, 'ipmitool') },
    { name: 'none', state: 'absent', detail: 'needed for the power of BMCs: `apt install none`' },
  ])
})
