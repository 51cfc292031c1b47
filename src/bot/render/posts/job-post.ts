// A job in a chat: one message that is edited as it goes, and a new short one at its end or where it stalls, since edits
// reach no phone.
import type { JobReply } from '../../../commands/reply.ts'
import { words } from '../../../commands/words.ts'
import { instant } from '../../../inventory/read/instant.ts'
import { isSettled } from '../../../jobs/run.ts'
import type { Draft, DraftButton } from '../../outbox/post.ts'
import { barText } from '../job-progress.ts'
import { jobLines, jobReason, jobVerdict, nextText, stepLine } from '../job-words.ts'
import { clip, safe } from '../width.ts'
import { body, tell, type Whole } from './tell.ts'

// More steps than a phone shows are told by the bar.
const STEPS = 13
// Columns of a step: its log has the whole.
const STEP = 120

export function jobPost(job: JobReply): Draft {
  const isOver = isSettled(job.state)
  const whole = job.steps.map((step) => safe(stepLine(step)).trim())
  const steps = whole.map((line) => clip(line.slice(0, 4 * STEP), STEP))
  // While it runs its log has the whole: a file with each edit would be many.
  const isPartial = isOver && (steps.length > STEPS || steps.join() !== whole.join())
  const few = steps.length > STEPS ? [`${steps.length} steps: \`job ${job.id}\` shows them`] : []
  return tell({
    ...{ title: titleOf(job), quote: quoteOf(job), notes: few, whole: wholeJob(job), isFixed: true },
    body: { ...body([...(isOver ? [] : [barText(job)]), ...(steps.length > STEPS ? [] : steps)], 'code'), isPartial },
    buttons: [...(isOver ? [] : [cancelButton(job)]), logButton(job)],
  })
}

/** The end of a job, or that nobody knows it, for who asked. */
export function jobEndPost(job: JobReply, asker: string): Draft {
  const next = nextText(job)
  const draft = tell({
    ...{ title: titleOf(job), quote: quoteOf(job), notes: next === null ? [] : [next] },
    ...{ body: body([], 'text'), whole: wholeJob(job), buttons: [], isFixed: true },
  })
  return { ...draft, mentions: [asker] }
}

/** Nothing has been heard of it since then, an ISO date-time: for who asked. */
export function jobStallPost(job: JobReply, asker: string, since: string): Draft {
  const draft = tell({
    title: words`job ${job.id} has told nothing since ${instant(since)}${commandOf(job)}`,
    ...{ quote: null, body: body([barText(job)], 'code'), whole: wholeJob(job), isFixed: true },
    notes: [nextText(job) ?? `\`job ${job.id}\` shows it`],
    buttons: [cancelButton(job), logButton(job)],
  })
  return { ...draft, mentions: [asker] }
}

// Why it stands so says more than what it was, which is then quoted.
const titleOf = (job: JobReply): string => `${jobVerdict(job)}${jobReason(job) === null ? commandOf(job) : ''}`
const quoteOf = (job: JobReply): string | null => (jobReason(job) === null ? null : (job.about?.command ?? null))
const commandOf = ({ about }: JobReply): string => (about ? `: ${about.command}` : '')

const wholeJob = (job: JobReply): Whole => ({
  ...{ name: `job-${job.id}`, ending: 'txt' },
  text: () => jobLines(job).join('\n'),
})

const cancelButton = ({ id }: JobReply): DraftButton => ({
  ...{ label: 'Cancel', style: 'no', only: null },
  action: { tag: 'command', text: `cancel ${id}` },
})

const logButton = ({ id }: JobReply): DraftButton => ({
  ...{ label: 'Log', style: 'plain', only: null },
  action: { tag: 'command', text: `job ${id} log` },
})
