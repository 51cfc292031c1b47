// What a schedule has to tell: its first line is the verdict.
import type { Draft } from '../../outbox/post.ts'
import { body, tell } from './tell.ts'

export function noticePost(text: string, mentions: readonly string[]): Draft {
  const [title = '', ...lines] = text.split('\n')
  const whole = { name: 'notice', ending: 'txt', text: () => text } as const
  return { ...tell({ title, quote: null, body: body(lines, 'code'), notes: [], whole, buttons: [] }), mentions }
}
