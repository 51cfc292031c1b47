// Tells of many things one after the other: one of which nobody can be told keeps nothing back of the others.

// So many are not the fault of the things: the database is away.
const FEW = 10

/** Throws what the first of them has thrown, when the others are told. */
export async function each<T>(things: readonly T[], tell: (thing: T) => Promise<void>): Promise<void> {
  const errors: unknown[] = []
  for (const thing of things) {
    await tell(thing).catch((error: unknown) => errors.push(error))
    if (errors.length === FEW) break
  }
  if (errors.length > 0) throw errors[0]
}
