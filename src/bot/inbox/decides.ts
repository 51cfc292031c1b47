// What decides about something that is there already, or costs nothing: a flood of other things does not keep it out.
import type { Incoming } from './incoming.ts'

// `approve 1-q7m because "INC-1"`
const DECISION = /^\s*(?:approve|confirm|deny|cancel)\s/i

export function decides(incoming: Incoming): boolean {
  switch (incoming.kind) {
    case 'press':
      return true
    case 'edit':
      return false
    case 'message': {
      // What people say to each other where a console is open; what begins with `>` is a line for it.
      const isTalk = incoming.isOverheard === true && !incoming.text.startsWith('>')
      return isTalk || DECISION.test(incoming.text)
    }
    default:
      return incoming satisfies never
  }
}
