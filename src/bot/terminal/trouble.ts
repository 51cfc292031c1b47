// Trouble in the background, on standard error: what a service manager keeps in its journal.

/** `about`: what has it, `slack`. Of an error of the database, what stood in the statement is left out. */
export function tellTrouble(about: string, error: unknown): void {
  const reason = error instanceof Error ? (error.message.split(' - ').at(-1) ?? '') : String(error)
  process.stderr.write(`clusto: ${about} has trouble: ${reason}\n`)
}
