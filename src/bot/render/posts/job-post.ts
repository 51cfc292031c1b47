// A job in a chat: one message that is edited as it goes, and a new short one at its end, since edits reach no phone.
import type { JobReply } from '../../../commands/reply.ts'
import { isSettled } from '../../../jobs/run.ts'
import { type Draft, plainDraft } from '../../outbox/post.ts'
import { barText } from '../job-progress.ts'
import { jobVerdict, nextText, stepLine } from '../job-words.ts'
import { safe } from '../width.ts'

// More steps than a phone shows are told by the bar.
const STEPS = 15

export function jobPost(job: JobReply): Draft {
  const steps = job.steps.length > STEPS ? [] : job.steps.map((step) => safe(stepLine(step)).trim())
  const isOver = isSettled(job.state)
  return {
    ...plainDraft(jobVerdict(job)),
    parts: [
      ...(job.about ? [{ tag: 'quote' as const, text: safe(job.about.command) }] : []),
      { tag: 'code', text: [...(isOver ? [] : [barText(job)]), ...steps].join('\n') },
    ],
    buttons: [
      ...(isOver ? [] : [{ label: 'Cancel', style: 'no' as const, action: command(`cancel ${job.id}`), only: null }]),
      { label: 'Log', style: 'plain', action: command(`job ${job.id} log`), only: null },
    ],
  }
}

/** The end of a job, or that nobody knows it, for who asked. */
export function jobEndPost(job: JobReply, asker: string): Draft {
  const next = nextText(job)
  return {
    ...plainDraft(jobVerdict(job)),
    parts: [
      ...(job.about ? [{ tag: 'quote' as const, text: safe(job.about.command) }] : []),
      ...(next === null ? [] : [{ tag: 'text' as const, text: next }]),
    ],
    mentions: [asker],
  }
}

const command = (text: string) => ({ tag: 'command', text }) as const

/** Nothing has been heard of it for long. */
export function jobStallPost(job: JobReply, asker: string, since: string): Draft {
  return { ...plainDraft(`job ${job.id} has told nothing since ${since}`), mentions: [asker] }
}
