// Says when a chat that was not heard is heard again: that it was not has been told as trouble.
import type { Adapter } from '../adapter.ts'
import type { Service } from '../services.ts'

// In milliseconds. A connection that is made anew within some looks is nothing to tell of.
const LOOK = 1000
const LOOKS = 5

type Heard = Pick<Adapter, 'name' | 'isHearing'>

/** What is deaf when it begins is told as well. */
export function tellHearing(chats: readonly Heard[], say: (text: string) => void): Service {
  const deaf = new Map(chats.map((chat) => [chat, chat.isHearing() ? 0 : LOOKS]))
  const look = () => {
    for (const [chat, looks] of deaf) {
      if (chat.isHearing() && looks >= LOOKS) say(`${chat.name} is heard again`)
      deaf.set(chat, chat.isHearing() ? 0 : looks + 1)
    }
  }
  let timer: NodeJS.Timeout | null = null
  return {
    start: async () => {
      timer = setInterval(look, LOOK)
    },
    stop: async () => {
      if (timer) clearInterval(timer)
    },
  }
}
