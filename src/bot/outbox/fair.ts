// Whose turn it is: of what is as urgent, that of who was told longest ago. One who has very much to be told keeps nobody
// waiting.
import { type Due, PRIORITY } from './outbox.ts'

// Messages that are due for one person: of more, nothing goes before an answer to somebody else.
const MANY = 20
// People who are remembered.
const MOST = 1000

export class Fair {
  /** When each was told, as a count; the one who was told longest ago stands first. */
  readonly #told = new Map<string, number>()
  #count = 0

  /** As they are to be sent; what is alike stays in its order. */
  order(due: readonly Due[]): Due[] {
    const counts = new Map<string, number>()
    for (const one of due) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1)
    const placed = due.map((one) => {
      const isMany = (counts.get(nameOf(one)) ?? 0) > MANY
      const rank = isMany ? Math.max(one.urgency, PRIORITY.answer) : one.urgency
      return { one, rank, told: this.#told.get(nameOf(one)) ?? 0 }
    })
    return placed
      .sort((a, b) => a.rank - b.rank || a.told - b.told || a.one.urgency - b.one.urgency)
      .map(({ one }) => one)
  }

  told(one: Due): void {
    if (one.asker === null) return
    this.#told.delete(nameOf(one))
    this.#told.set(nameOf(one), ++this.#count)
    const [first] = this.#told.keys()
    if (this.#told.size > MOST && first !== undefined) this.#told.delete(first)
  }
}

/** Edits do not keep new messages waiting, and what is nobody's is by itself. */
const nameOf = ({ asker, ref, key }: Due): string =>
  asker === null ? `message ${key}` : `${ref === null ? 'posts' : 'edits'} ${asker}`
