// What Slack lets one bot send.
import type { Limits } from '../outbox/chat.ts'

export const LIMITS: Limits = {
  // A message a second in a channel; more for a moment, which is not counted on.
  posts: { count: 1, per: 1000 },
  // `chat.update` is counted for the whole workspace.
  edits: { count: 50, per: 60_000 },
}
