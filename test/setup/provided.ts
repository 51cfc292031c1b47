// What the global setup hands to the test files (`inject('postgresUrl')`).

declare module 'vitest' {
  interface ProvidedContext {
    /** The database that is copied for each test that asks for one; null where there is no Postgres. */
    readonly postgresUrl: string | null
    /** The path of a dump of a migrated embedded database. */
    readonly template: string
    /** A folder for the built program. */
    readonly program: string
  }
}

export type {}
