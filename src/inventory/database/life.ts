// Whether the process that left a note of itself still lives: a note names it by process id, start time, boot and pid
// namespace, so that the same number in another container, or after a restart, is not taken for it.
import { readFile, readlink } from 'node:fs/promises'

// Stands for what is not known; older notes end where it would stand.
const NONE = '-'

/** The note of this process: `4711 91823 0a1b… pid:[4026531836]`. */
export async function lifeNote(): Promise<string> {
  const { boot, space } = await whereWeRun()
  return [process.pid, (await startTime(process.pid)) ?? NONE, boot ?? NONE, space ?? NONE].join(' ')
}

/**
 * `unseen`: it is in another pid namespace, and nothing tells from here whether it lives. `elsewhere`: it is from before this
 * machine was started, or of another machine.
 */
export type Life = 'lives' | 'over' | 'unseen' | 'elsewhere'

export async function lifeOf(note: string): Promise<Life> {
  const here = await whereWeRun()
  const [id, started, boot, space] = note
    .trim()
    .split(' ')
    .map((field) => (field === NONE ? undefined : field))
  const pid = Number(id)
  if (!Number.isInteger(pid) || pid <= 0) return 'over'
  if (boot !== undefined && here.boot !== null) {
    if (boot !== here.boot) return 'elsewhere'
    if (space !== undefined && here.space !== null && space !== here.space) return 'unseen'
  }
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return 'over'
  }
  const now = await startTime(pid)
  return now === null || started === undefined || now === started ? 'lives' : 'over'
}

interface Place {
  readonly boot: string | null
  /** The pid namespace: the same number is another process in another one. */
  readonly space: string | null
}

/** Nulls where there is no /proc. */
async function whereWeRun(): Promise<Place> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null)
  const space = await readlink('/proc/self/ns/pid').catch(() => null)
  return { boot: boot?.trim() ?? null, space }
}

/** When a process began, in clock ticks since boot: field 22 of /proc/<pid>/stat. Null where there is no /proc. */
async function startTime(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The second field is the command in parentheses, which may itself hold spaces and parentheses.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
