// What a schedule or the bot itself has to tell, as text of several lines: the first is the verdict.
import type { Draft } from '../../outbox/post.ts'
import { safe } from '../width.ts'
import { body, isAligned, tell } from './tell.ts'

export function noticePost(text: string, mentions: readonly string[]): Draft {
  const [title = '', ...lines] = safe(text, 'lines').split('\n')
  const draft = tell({
    ...{ title, quote: null, notes: [], buttons: [] },
    body: body(lines, isAligned(lines) ? 'code' : 'text'),
    whole: { name: 'notice', ending: 'txt', text: () => [title, ...lines].join('\n') },
  })
  return { ...draft, mentions }
}
