// Answers one item of the inbox, once: what it does, what is said of it and that it is done are one transaction.
import type { Item } from '../inbox/inbox.ts'
import { attendEdit } from './edit.ts'
import { attendMessage } from './message.ts'
import { attendPress } from './press.ts'
import type { Room } from './room.ts'

/** Throws ClaimLost where another process has taken it over, and what the database throws: then it is begun again. */
export async function attend(item: Item, room: Room): Promise<void> {
  const { incoming } = item
  switch (incoming.kind) {
    case 'message':
      return attendMessage({ ...item, incoming }, room)
    case 'edit':
      return attendEdit({ ...item, incoming }, room)
    case 'press':
      return attendPress({ ...item, incoming }, room)
    default:
      return incoming satisfies never
  }
}
