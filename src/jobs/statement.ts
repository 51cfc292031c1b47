// Sends a statement under a name, so that the server plans it once; and makes what is sent fit for its columns.
import type { Knex } from 'knex'
import type { Json } from './task.ts'

/** The rows. */
export async function ask<Row>(
  knex: Knex,
  name: string,
  text: string,
  bindings: readonly Knex.RawBinding[],
): Promise<Row[]> {
  const { rows } = await knex.raw<{ rows: Row[] }>(text, bindings).options({ name: `jobs ${name}` })
  return rows
}

// Any escape of JSON, so that what stands behind an escaped backslash is not taken for one.
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g

/**
 * JSON text that jsonb takes: it does not take NUL, nor half of a sign, which a text that was cut may end with. Throws
 * TypeError for what is not JSON.
 */
export function jsonText(value: Json | undefined): string {
  return JSON.stringify(value ?? null).replace(ESCAPE, (part) =>
    part === '\\u0000' ? '' : /^\\ud[89a-f]/.test(part) ? '\ufffd' : part,
  )
}

export const plainText = (text: string): string => text.replaceAll('\0', '')

// Somebody reads it; a page is enough.
const LONGEST = 2000

/** What a thrown thing says, cut to a length that a person reads. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return plainText(text).slice(0, LONGEST)
}
