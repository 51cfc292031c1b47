// What `doctor` tells of one thing that the bot stands on; and examinations of what only the bot can see: the chats, its
// keys, the tools of its host.
import { setTimeout as pause } from 'node:timers/promises'
import type { Reply } from './reply.ts'

export interface Check {
  readonly name: string
  /** `absent`: it is not there, and what needs it does not work; all else does. */
  readonly state: 'ok' | 'failed' | 'absent'
  /** What was found, or what to do. No secrets: whoever may read may ask. */
  readonly detail: string
}

export interface Examination {
  /** Of the row that is shown where it throws, or has no answer in time. */
  readonly name: string
  /** A row for each thing that was looked at; none where there is nothing to tell. */
  look(signal: AbortSignal): Promise<readonly Check[]>
}

/** As they are shown. */
export function checksTable(checks: readonly Check[]): Reply {
  return {
    kind: 'table',
    columns: ['check', 'state', 'detail'],
    rows: checks.map(({ name, state, detail }) => [name, STATES[state], detail]),
    ...(checks.some(({ state }) => state === 'failed') ? { isAlarm: true } : {}),
  }
}

const STATES = { ok: 'ok', failed: 'FAILED', absent: 'not there' } as const

// In milliseconds.
const LIMIT = 5000

/** All at once, each for some seconds at most; in the order of `examinations`. Never throws. */
export async function examine(examinations: readonly Examination[], limitMs = LIMIT): Promise<readonly Check[]> {
  return (await Promise.all(examinations.map((one) => examineOne(one, limitMs)))).flat()
}

async function examineOne({ name, look }: Examination, limitMs: number): Promise<readonly Check[]> {
  const over = new AbortController()
  const failed = (detail: string): Check[] => [{ name, state: 'failed', detail }]
  try {
    const late = pause(limitMs, failed(`no answer within ${limitMs / 1000} s`), { signal: over.signal })
    late.catch(() => undefined)
    return await Promise.race([look(AbortSignal.any([over.signal, AbortSignal.timeout(limitMs)])), late])
  } catch (error) {
    // The message may hold what a token or a URL holds.
    return failed(`could not be looked at (${error instanceof Error ? error.name : 'unknown'}): the log may tell more`)
  } finally {
    over.abort()
  }
}
