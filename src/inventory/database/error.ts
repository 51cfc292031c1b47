// What can be wrong with the database itself, as opposed to what is in it.

export interface DatabaseFacts {
  /** The files are damaged, or not those of a database. */
  'data-corrupt': { readonly directory: string | null; readonly reason: string }
  /** The directory holds something else. */
  'data-foreign': { readonly directory: string }
  /** It cannot be made, or not be closed to others. */
  'data-unusable': { readonly directory: string; readonly reason: string }
  /** Written by a version of clusto that this one does not know. */
  'data-version': { readonly found: string; readonly known: string }
  /** Another process holds the directory and does not answer on its socket. */
  'data-locked': { readonly directory: string; readonly holder: string }
  'database-unreachable': { readonly reason: string }
  'database-stopped': Record<string, never>
  'database-failed': { readonly reason: string }
  /** It was lost while a change was being committed. */
  'outcome-unknown': { readonly reason: string }
  /** No space left for its files. */
  'disk-full': { readonly place: string }
  'query-too-long': { readonly seconds: number }
  /** Another change holds the write lock and did not end in time. */
  'write-busy': { readonly holder: string }
}

export type DatabaseCode = keyof DatabaseFacts

/** The database cannot do its part. `facts` say what to tell the operator. */
export class DatabaseError<C extends DatabaseCode = DatabaseCode> extends Error {
  override readonly name = 'DatabaseError'
  readonly code: C
  readonly facts: DatabaseFacts[C]

  constructor(code: C, facts: DatabaseFacts[C]) {
    super(`${code} ${JSON.stringify(facts)}`)
    this.code = code
    this.facts = facts
  }
}
