// What befell a job, a line each: its steps as they began and ended, and the events between.
import { instant, instantText } from '../inventory/read/instant.ts'
import type { RunWithSteps } from '../jobs/read.ts'
import type { EventRow } from '../jobs/run.ts'

interface Line {
  readonly at: Date
  readonly text: string
}

export function logLines({ run, by, steps }: RunWithSteps, events: readonly EventRow[]): string[] {
  const lines: Line[] = [
    { at: run.created_at, text: `asked for by ${by}: ${run.command}` },
    ...steps.flatMap(({ name, attempt, started_at }) =>
      started_at === null
        ? []
        : [{ at: started_at, text: `${name}: begun${attempt > 1 ? `, attempt ${attempt}` : ''}` }],
    ),
    ...events.map((event) => ({ at: event.at, text: eventText(event) })),
    ...steps.flatMap(({ name, state, ended_at, error }) =>
      ended_at === null ? [] : [{ at: ended_at, text: `${name}: ${state}${error === null ? '' : `: ${error}`}` }],
    ),
    ...(run.ended_at === null ? [] : [{ at: run.ended_at, text: `the job is ${run.state}` }]),
  ]
  // Those of one moment stay in the order in which they are written above.
  return lines
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, text }) => `${instantText(instant(at))}  ${text}`)
}

function eventText({ kind, step, percent, text, facts }: EventRow): string {
  const fact = (name: string): string => {
    const value = typeof facts === 'object' && facts !== null && name in facts ? Object(facts)[name] : ''
    return String(value)
  }
  const told = text === null || text === '' ? '' : `: ${text}`
  const of = step === null ? 'the job' : step
  switch (kind) {
    case 'progress':
      return `${of}${percent === null ? '' : ` ${Math.round(percent)}%`}${told}`
    case 'attempt-failed':
      return `${of}: attempt ${fact('attempt')} failed${told}; again in ${Math.round(Number(fact('delay')) / 1000)} s`
    case 'taken-over':
      return `${of}: its worker is gone, another one goes on`
    case 'probed':
      return `${of}: looked whether it was done: ${fact('outcome')}${told}`
    case 'released':
      return `${of}: put down by its worker${told}`
    case 'cancel-asked':
      return `${fact('by')} has asked it to stop`
    case 'marked':
      return `${of}: marked ${fact('as')} by ${fact('by')} because ${fact('because')}`
    case 'ended':
      return `ended${told}`
    default:
      return kind satisfies never
  }
}
