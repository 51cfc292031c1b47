// A list given word by word (`insert s1 s2 into prod`): each word succeeds or fails on its own, and is told so. Where all
// is well nothing is done word by word: one look-up and one write, however many there are.
import type { Expression } from '../grammar/ast.ts'
import { printExpression } from '../grammar/print.ts'
import type { Change } from '../inventory/change.ts'
import { InventoryError, refusalOf } from '../inventory/error.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { attempt } from '../inventory/write/attempt.ts'
import type { Failed } from './reply.ts'
import { listedBy } from './targets.ts'

export interface Word {
  /** As it would be typed. */
  readonly item: string
  /** At least one; none that a word before it means too. */
  readonly things: readonly ThingRow[]
}

export interface Words {
  readonly words: readonly Word[]
  readonly failed: readonly Failed[]
  /** Why the first failed. */
  readonly error: InventoryError | null
}

/** What each word means. Throws the first word's refusal where all are refused. */
export async function wordsListed(view: View, items: readonly Expression[], now: Date): Promise<Words> {
  try {
    return { words: named(items, await listedBy(view, items, now)), failed: [], error: null }
  } catch (error) {
    if (!(error instanceof InventoryError) || items.length === 1) throw error
    const good: Expression[] = []
    const things: (readonly ThingRow[])[] = []
    const failed: Failed[] = []
    for (const item of items) {
      const found = await unlessRefused(() => listedBy(view, [item], now))
      if (found instanceof InventoryError) failed.push(failure(printExpression(item), found))
      else {
        good.push(item)
        things.push(...found)
      }
    }
    if (good.length === 0) throw error
    return { words: named(good, things), failed, error }
  }
}

function named(items: readonly Expression[], found: readonly (readonly ThingRow[])[]): Word[] {
  const seen = new Set<number>()
  return items.flatMap((item, index) => {
    const things = (found[index] ?? []).filter(({ id }) => !seen.has(id))
    for (const { id } of things) seen.add(id)
    return things.length === 0 ? [] : [{ item: printExpression(item), things }]
  })
}

/**
 * Does `work` with all words at once, or where that is refused with one after the other; its results in order. Throws the
 * refusal where all are refused.
 */
export async function wordByWord<W extends Pick<Word, 'item'>, T>(
  change: Change,
  words: readonly W[],
  work: (words: readonly W[]) => Promise<readonly T[]>,
): Promise<{ readonly results: readonly T[]; readonly failed: readonly Failed[] }> {
  const all = await unlessRefused(() => attempt(change, () => work(words)))
  if (!(all instanceof InventoryError)) return { results: all, failed: [] }
  const results: T[] = []
  const failed: Failed[] = []
  for (const word of words.length > 1 ? words : []) {
    const done = await unlessRefused(() => attempt(change, () => work([word])))
    if (done instanceof InventoryError) failed.push(failure(word.item, done))
    else results.push(...done)
  }
  if (results.length === 0) throw all
  return { results, failed }
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | InventoryError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof InventoryError) return error
    throw error
  }
}

const failure = (item: string, error: InventoryError): Failed => ({ item, refusal: refusalOf(error) })
