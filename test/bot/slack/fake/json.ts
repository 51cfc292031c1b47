// JSON as the fake Slack keeps it.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type Fields = { readonly [key: string]: Json }

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : [])

/** `at(message, 'blocks', '0', 'text')` */
export const at = (value: unknown, ...path: readonly string[]): Json => {
  let inner: unknown = value
  for (const name of path)
    inner = Array.isArray(inner) ? inner[Number(name)] : isFields(inner) ? inner[name] : undefined
  return (inner ?? null) as Json
}
