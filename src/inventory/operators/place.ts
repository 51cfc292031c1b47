// Where something was typed: the reference that a version, a proposal and a run keep holds the chat and the thread.
import type { AuditEntry } from './audit.ts'

/** Of a stored reference, `{"chat":"slack","thread":"…"}` as text or read already. */
export function placeOf(reference: unknown): Pick<AuditEntry, 'chat' | 'message'> {
  const read = typeof reference === 'string' ? parsed(reference) : reference
  if (typeof read !== 'object' || read === null || !('chat' in read)) return { chat: '', message: null }
  const thread = 'thread' in read ? read.thread : null
  const message = thread === null || typeof thread === 'string' ? thread : JSON.stringify(thread)
  return { chat: String(read.chat), message }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
