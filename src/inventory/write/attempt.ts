// Writes first, checks then: a refusal takes back what was written, so that the caller may go on with the same change.
import type { Change } from '../change.ts'

/** Does `work`, or leaves no trace of it in the change where it throws. */
export async function attempt<T>(change: Change, work: () => Promise<T>): Promise<T> {
  const { written, catalogue } = change
  const touched = new Set(change.touched)
  await change.knex.raw('savepoint attempt')
  try {
    const result = await work()
    await change.knex.raw('release savepoint attempt')
    return result
  } catch (error) {
    await change.knex.raw('rollback to savepoint attempt')
    await change.knex.raw('release savepoint attempt')
    change.written = written
    change.catalogue = catalogue
    change.touched.clear()
    for (const id of touched) change.touched.add(id)
    throw error
  }
}
