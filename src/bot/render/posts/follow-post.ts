// The short answer to a command whose job or proposal is told on its own, in another message or in another thread.
import type { JobReply, ProposalReply } from '../../../commands/reply.ts'
import type { Draft } from '../../outbox/post.ts'
import { body, tell } from './tell.ts'

/** `quote` is what was typed, where nobody sees it. */
export function followPost(reply: JobReply | ProposalReply, quote: string | null): Draft {
  const [title, note] =
    reply.kind === 'job'
      ? [`job ${reply.id} is ${reply.state}`, `\`job ${reply.id}\` shows how it goes`]
      : [`${reply.id} waits for a word`, `\`pending\` shows it, and its card follows`]
  const whole = { name: 'answer', ending: 'txt', text: () => title } as const
  return tell({ title, quote, body: body([], 'text'), notes: [note], whole, buttons: [], isFixed: true })
}
