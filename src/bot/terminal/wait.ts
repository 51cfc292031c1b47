// Waits for the job that a command has started, and shows how it goes: the answer is its end.
import type { JobReply } from '../../commands/reply.ts'
import { isSettled } from '../../jobs/run.ts'
import type { Answer } from '../message.ts'
import { refusalOf } from '../refusal.ts'
import type { Desk } from './desk.ts'
import { EXIT, type Output, type Printing, type Status, statusOf } from './output.ts'
import type { Stop } from './stop.ts'
import { write } from './write.ts'

/** Where commands are typed: who answers them, where the answers go, and what ends it. */
export interface Place {
  readonly desk: Desk
  readonly output: Output
  readonly stop: Stop
  /** `--detach`: jobs are not waited for. */
  readonly detach: boolean
}

/** Prints an answer, of a job its end; with the status that it has. */
export async function printEnd(answer: Answer, place: Place, printing: Printing): Promise<Status> {
  const { output, detach, stop, desk } = place
  if (detach || !startsJob(answer)) {
    await output.print(answer, printing)
    return statusOf(answer)
  }
  return stop.during(async (signal) => {
    const end = await waitedFor(answer, place, signal)
    await output.print(end, printing)
    if (!signal.aborted) return statusOf(end)
    if (startsJob(end) && !isSettled(end.reply.state)) await write(process.stderr, `${desk.farewell()}\n`)
    return EXIT.refused
  })
}

type Started = Extract<Answer, { tag: 'done' }> & { readonly reply: JobReply }

function startsJob(answer: Answer): answer is Started {
  return answer.tag === 'done' && answer.reply.kind === 'job' && answer.reply.isNew === true
}

/** The answer when its job stands still, or as it stands when the signal comes. Never throws. */
async function waitedFor(answer: Started, { desk, output }: Place, signal: AbortSignal): Promise<Answer> {
  let last = answer.reply
  const progress = output.progress(last)
  try {
    await desk.follow(
      last.id,
      (job) => {
        last = { ...job, isNew: true, ...(answer.reply.notes ? { notes: answer.reply.notes } : {}) }
        progress.show(last)
      },
      signal,
    )
    return { ...answer, reply: last }
  } catch (error) {
    if (signal.aborted || isSettled(last.state)) return { ...answer, reply: last }
    return { tag: 'refused', command: answer.command, refusal: refusalOf(error, answer.command) }
  } finally {
    await progress.end()
  }
}
