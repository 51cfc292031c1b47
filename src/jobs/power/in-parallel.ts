// Does the same for many things, some at a time.

/** The answers in the order of `items`. After a throw nothing new is begun, and that error is thrown when all have ended. */
export async function inParallel<T, R>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  let failed: { readonly error: unknown } | null = null
  const line = async () => {
    while (next < items.length && failed === null) {
      const at = next++
      try {
        results[at] = await work(items[at] as T)
      } catch (error) {
        failed ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, line))
  if (failed !== null) throw (failed as { readonly error: unknown }).error
  return results
}
