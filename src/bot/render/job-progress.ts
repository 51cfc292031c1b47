// How far a job is, in one line.
import type { JobReply } from '../../commands/reply.ts'
import { elapsedText } from './job-words.ts'
import { bold, type Look } from './table.ts'
import { clip, safe } from './width.ts'

const BAR = 20

/** `[########            ] 40%  2/5 install: writing the disk  14 s` */
export function barLine(job: JobReply, elapsed: number, look: Look): string {
  const line = `${barText(job)}  ${elapsedText(Math.floor(elapsed / 1000) * 1000)}`
  // A line that fills its row would begin the next one.
  return bold(clip(line, Math.max(20, look.width - 1)), look)
}

/** `[########            ] 40%  2/5 install: writing the disk` */
export function barText(job: JobReply): string {
  const { steps } = job
  const at = currentStep(job)
  const step = steps[at]
  const all = Math.max(1, steps.length)
  const done = steps.filter(({ state }) => state === 'done').length
  const share = Math.min(1, (done + (step?.state === 'running' ? (step.percent ?? 0) / 100 : 0)) / all)
  const full = Math.round(share * BAR)
  const what =
    job.state === 'queued'
      ? waiting(job)
      : step === undefined
        ? job.state
        : `${at + 1}/${all} ${step.name}${told(step.text)}`
  const stopping = job.cancelBy == null ? '' : ', stopping'
  return `[${'#'.repeat(full)}${' '.repeat(BAR - full)}] ${Math.floor(share * 100)}%  ${safe(what)}${stopping}`
}

function waiting({ waitsFor = [] }: JobReply): string {
  return waitsFor.length === 0 ? 'waits for a worker' : `waits for ${waitsFor.join(', ')}`
}

const told = (text: string | null | undefined): string => (text == null || text === '' ? '' : `: ${text}`)

function currentStep({ steps }: JobReply): number {
  return steps.findIndex(({ state }) => state !== 'done' && state !== 'skipped')
}

/** `job 812-k7f: 2/5 install is done (14 s)` */
export function stepChange({ id, steps }: JobReply, at: number): string {
  const step = steps[at]
  if (!step) throw new Error(`no step ${at}`)
  const { name, state, attempt = 1, started = null, ended = null, error = null } = step
  const took =
    started !== null && ended !== null && state !== 'running'
      ? ` (${elapsedText(Date.parse(ended) - Date.parse(started))})`
      : ''
  const why = error !== null && state !== 'done' ? `: ${error}` : ''
  const again = state === 'running' && attempt > 1 ? `, attempt ${attempt}` : ''
  return safe(`job ${id}: ${at + 1}/${steps.length} ${name} is ${state}${took}${again}${why}`)
}
