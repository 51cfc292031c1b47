// What somebody finds when they open the bot's own page: what waits for a word, and how their jobs are getting on.
import type { Draft } from '../../outbox/post.ts'
import { counted } from '../said.ts'
import { safe } from '../width.ts'
import { body, tell } from './tell.ts'

export interface Home {
  readonly pending: readonly {
    readonly id: string
    readonly command: string
    /** The name of who asked. */
    readonly by: string
    readonly expires: string
    readonly isOwn: boolean
  }[]
  readonly jobs: readonly {
    readonly id: string
    readonly command: string
    readonly state: string
    /** The step that it is at. */
    readonly step: string | null
  }[]
}

export function homePost({ pending, jobs }: Home): Draft {
  const lines = [
    ...(pending.length === 0 ? [] : ['Waits for a word:']),
    ...pending.flatMap(({ id, command, by, expires, isOwn }) => [
      `${id}  ${command}`,
      `  ${isOwn ? 'your own' : `\`approve ${id}\`, for ${by}`}, until ${expires}`,
    ]),
    ...(jobs.length === 0 ? [] : ['Your jobs:']),
    ...jobs.map(({ id, command, state, step }) => `${id}  ${state}${step === null ? '' : ` at ${step}`}  ${command}`),
  ].map((line) => safe(line))
  const title = `${counted(pending.length, 'proposal')} waiting, ${counted(jobs.length, 'job')} of yours`
  const notes = ['Type `help` in a message to me, or mention me in a channel.']
  const whole = { name: 'home', ending: 'txt', text: () => lines.join('\n') } as const
  return tell({ title, quote: null, body: body(lines, 'text'), notes, whole, buttons: [] })
}
