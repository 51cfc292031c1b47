// A process that goes on where this one leaves: it ends the jobs that are under way in an embedded database, serves whoever
// asks meanwhile, and ends by itself.
import { spawn } from 'node:child_process'
import type { Config } from '../config.ts'

export const UNTIL_IDLE = '--until-idle'

export function startSuccessor({ data, demo }: Config): void {
  const [, program] = process.argv
  if (program === undefined) return
  const words = [program, ...(demo ? ['--demo'] : []), '--data', data, 'serve', UNTIL_IDLE]
  const child = spawn(process.execPath, [...process.execArgv, ...words], { detached: true, stdio: 'ignore' })
  child.on('error', () => undefined)
  child.unref()
}
