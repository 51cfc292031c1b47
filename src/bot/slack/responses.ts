// Answers slash commands that were typed in channels where the bot is not: through the address that came with the command,
// which is good for half an hour. Held in memory only: whoever has it may write there.
import type { Response } from './events.ts'

// In milliseconds.
const GOOD_FOR = 29 * 60_000
const PATIENCE = 10_000

export class Responses {
  readonly #isTrusted: (url: string) => boolean
  readonly #known = new Map<string, { readonly url: string; readonly until: number }>()

  constructor(isTrusted: (url: string) => boolean) {
    this.#isTrusted = isTrusted
  }

  keep({ answers, url }: Response): void {
    for (const [old, { until }] of this.#known) if (until < Date.now()) this.#known.delete(old)
    if (this.#isTrusted(url)) this.#known.set(answers, { url, until: Date.now() + GOOD_FOR })
  }

  /** False where it cannot be done; only who typed the command sees it. */
  async answer(answers: string | null, message: { readonly text: string; readonly blocks: readonly object[] }) {
    const known = answers === null ? undefined : this.#known.get(answers)
    if (known === undefined || known.until < Date.now()) return false
    try {
      const answered = await fetch(known.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', ...message }),
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE),
      })
      await answered.body?.cancel()
      return answered.ok
    } catch {
      return false
    }
  }
}
