// A folder for the built program: the first test file that runs it builds it, for all of them.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import './provided.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cache = join(project.config.root, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'clusto-program-'))
  project.provide('program', folder)
  return () => rm(folder, { recursive: true, force: true })
}
