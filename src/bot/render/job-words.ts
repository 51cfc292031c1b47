// What is said about jobs: how they stand and why, and what is refused about them.
import type { JobReply, JobStep } from '../../commands/reply.ts'
import { plainWords } from '../../commands/words.ts'
import type { InventoryRefusal } from '../../inventory/error.ts'
import { instant, instantText } from '../../inventory/read/instant.ts'
import type { JobFacts } from '../../jobs/error.ts'
import { publicId } from '../../jobs/public-id.ts'
import type { Reason, RunState } from '../../jobs/run.ts'
import { INVENTORY_WORDS, inventorySaid } from './inventory-words.ts'
import { some, type Wording } from './said.ts'
import { safe } from './width.ts'

type UnknownReason = Extract<Reason, { code: 'step-unknown' }>

// `frozen {"id":1,"scope":null}`: a refusal of the inventory's, as a step that threw it has left it
const REFUSAL = /^([a-z-]+) (\{.*\})$/s

/** What a step has thrown, in words where it was a refusal of the inventory's. */
function errorSaid(error: string): string {
  const [, code = '', facts = ''] = REFUSAL.exec(error) ?? []
  if (!Object.hasOwn(INVENTORY_WORDS, code)) return error
  try {
    return plainWords(inventorySaid({ source: 'inventory', code, facts: JSON.parse(facts) } as InventoryRefusal).what)
  } catch {
    // Cut to the length of a page.
    return error
  }
}

const CAUSES: Readonly<Record<UnknownReason['because'], string>> = {
  crash: 'its worker was cut off in the middle of it',
  said: 'it could not tell itself',
  timeout: 'it ran out of time',
  cancelled: 'it was told to stop in the middle of it',
  drain: 'its worker had to go in the middle of it',
  fenced: 'another worker has taken it over',
}

const PROBES: Readonly<Record<UnknownReason['probe'], string>> = {
  none: 'there is no way to look',
  unknown: 'looking did not tell',
  failed: 'looking failed',
}

/** Why a job stands as it stands, in one line. */
export function reasonText(reason: Reason): string {
  switch (reason.code) {
    case 'step-failed':
      return `${reason.step} failed: ${errorSaid(reason.error)}`
    case 'step-unknown': {
      const error = reason.error === null ? '' : ` (${reason.error})`
      return `nobody knows whether ${reason.step} was done: ${CAUSES[reason.because]}${error}, and ${PROBES[reason.probe]}`
    }
    case 'cancelled':
      return reason.step === null ? `by ${reason.by}` : `by ${reason.by}, during ${reason.step}`
    case 'task-changed':
      return `this version of clusto does it in other steps (${reason.found}) than it began with (${reason.expected})`
    case 'marked':
      return `${reason.step} is marked failed by ${reason.by} because ${reason.because}`
    default:
      return reason satisfies never
  }
}

/** What to type next, where somebody has to. */
export function nextText({ id, state }: Pick<JobReply, 'id' | 'state'>): string | null {
  switch (state) {
    case 'unknown':
      return `look, then \`job ${id} mark done because "…"\` or \`job ${id} mark failed because "…"\``
    case 'failed':
    case 'cancelled':
      return `\`retry ${id}\` goes on from there; \`job ${id} log\` tells more`
    case 'queued':
    case 'running':
      return `\`job ${id}\` shows it, \`cancel ${id}\` stops it`
    case 'done':
      return null
    default:
      return state satisfies never
  }
}

/** Why a job stands so, or what it waits for; null where there is nothing to say. */
export function jobReason({ reason = null, waitsFor = [], cancelBy = null, state }: JobReply): string | null {
  if (reason !== null) return reasonText(reason)
  if (state === 'running' && cancelBy !== null) return `${cancelBy} has asked it to stop`
  return waitsFor.length === 0 ? null : `it waits for ${some(waitsFor)}`
}

/** The verdict first: `job 812-k7f is failed: …`. */
export function jobVerdict(job: JobReply): string {
  const reason = jobReason(job)
  return safe(`job ${job.id} is ${job.state}${reason === null ? '' : `: ${reason}`}`)
}

const MARKS: Readonly<Record<JobStep['state'], string>> = {
  pending: ' ',
  running: '>',
  done: 'x',
  failed: '!',
  skipped: '-',
  unknown: '?',
}

export function jobLines(job: JobReply): string[] {
  const next = nextText(job)
  return [
    jobVerdict(job),
    ...aboutLines(job),
    ...job.steps.map((step) => safe(stepLine(step))),
    ...(next === null ? [] : [next]),
    ...(job.notes ?? []).map((note) => safe(note)),
  ]
}

function aboutLines({ about }: JobReply): string[] {
  if (!about) return []
  const { command, name, because, proposal, retryOf, created } = about
  return [
    `  ${command}`,
    `  asked for by ${name} at ${instantText(instant(created))}${because === null ? '' : ` because ${because}`}`,
    ...(proposal === null ? [] : [`  proposed as ${proposal}`]),
    ...(retryOf === null ? [] : [`  it does ${retryOf} again`]),
  ].map((line) => safe(line))
}

export function stepLine(step: JobStep): string {
  const { name, state, attempt = 0, started = null, ended = null, error = null, percent = null, text = null } = step
  const notes = [
    ...(started !== null && ended !== null ? [elapsedText(Date.parse(ended) - Date.parse(started))] : []),
    ...(started !== null && ended === null && state === 'running' ? [`since ${instantText(instant(started))}`] : []),
    ...(percent === null ? [] : [`${Math.round(percent)}%`]),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(text === null ? [] : [text]),
    ...(error === null || state === 'done' ? [] : [errorSaid(error)]),
  ]
  return `  [${MARKS[state]}] ${name}${notes.length === 0 ? '' : `  ${notes.join(', ')}`}`
}

/** `0.4 s`, `14 s`, `3 min 5 s` */
export function elapsedText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

const stateText = (state: RunState): string => (state === 'unknown' ? 'of unknown outcome' : state)

export const JOB_WORDS: Wording<JobFacts> = {
  'no-such-job': ({ id }) => ({
    what: `there is no job ${publicId(id)}`,
    next: '`jobs` lists them',
    word: publicId(id),
  }),
  'job-not-unknown': ({ id, state }) => ({
    what: `job ${publicId(id)} is ${stateText(state)}: only one whose outcome nobody knows is marked`,
    next: `\`job ${publicId(id)}\` shows how it stands`,
    word: publicId(id),
  }),
  'job-not-ended': ({ id, state }) => ({
    what: `job ${publicId(id)} is ${stateText(state)}: only what has ended is done again`,
    next: `\`job ${publicId(id)}\` shows how it stands`,
    word: publicId(id),
  }),
  'job-done': ({ id }) => ({
    what: `job ${publicId(id)} is done: nothing of it is left to do`,
    next: `\`job ${publicId(id)} log\` tells what it did`,
    word: publicId(id),
  }),
  'no-such-step': ({ id, step, steps }) => ({
    what: `job ${publicId(id)} cannot be done again from ${step}`,
    next: `it can from ${some(steps, 20)}`,
    word: step,
    suggestions: steps,
  }),
}
