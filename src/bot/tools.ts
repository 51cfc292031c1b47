// The programs that clusto calls, and whether they are there: one row a program, with what does not work without it.
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Check, Examination } from '../commands/check.ts'
import type { Config } from './config.ts'

export interface Tool {
  /** As it is called, and what `apt` calls it. */
  readonly command: string
  readonly package: string
  readonly neededFor: string
}

export const TOOLS: readonly Tool[] = Object.freeze([
  { command: 'less', package: 'less', neededFor: 'reading long answers page by page at the terminal' },
])

/** One that is not there fails nothing else: then its part alone does not work. */
export function toolsExamination({ path, pager }: Pick<Config, 'path' | 'pager'>, tools = TOOLS): Examination {
  return {
    name: 'tools',
    look: async () => {
      // Another pager is called in its place.
      const called = tools.filter(({ command }) => command !== 'less' || pager === null)
      return Promise.all(called.map((tool) => checkOf(tool, path)))
    },
  }
}

async function checkOf({ command, package: name, neededFor }: Tool, path: readonly string[]): Promise<Check> {
  const found = await findTool(command, path)
  return found === null
    ? { name: command, state: 'absent', detail: `needed for ${neededFor}: \`apt install ${name}\`` }
    : { name: command, state: 'ok', detail: found }
}

/** Where a program is; null where no directory of the path has it. */
export async function findTool(command: string, path: readonly string[]): Promise<string | null> {
  for (const directory of path) {
    // What is found by where one happens to stand is somebody else's program.
    if (!isAbsolute(directory)) continue
    const file = join(directory, command)
    const isProgram = await access(file, constants.X_OK).then(
      async () => (await stat(file)).isFile(),
      () => false,
    )
    if (isProgram) return file
  }
  return null
}
