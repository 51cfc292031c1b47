// The commands that were typed, kept for the arrow keys of the next session in the data directory.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const NAME = 'history'
const KEPT = 1000

/** The latest first, as readline wants them. */
export function readHistory(data: string): string[] {
  try {
    const lines = readFileSync(join(data, NAME), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
    const kept = lines.slice(-KEPT)
    if (lines.length > 2 * KEPT) writeFileSync(join(data, NAME), `${kept.join('\n')}\n`, { mode: 0o600 })
    return kept.reverse()
  } catch {
    return []
  }
}

// What looks like a secret is not written down.
const SECRET = /passw|passphrase|secret|token|api[_-]?key|private[_-]?key/i

/** A history that cannot be written is no reason to stop. */
export function keepInHistory(data: string, line: string): void {
  if (line.trim() === '' || SECRET.test(line)) return
  try {
    if (!existsSync(data)) mkdirSync(data, { mode: 0o700 })
    appendFileSync(join(data, NAME), `${line}\n`, { mode: 0o600 })
  } catch {
    return
  }
}
