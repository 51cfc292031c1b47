// The NetBox project's demo datacenter (MIT), as tests read it: straight from its JSON, beside what the program makes of it.
import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'

export const DEMO = readFileSync('test/fixtures/netbox-demo-v3.6.json.gz')

export interface Entry {
  model: string
  pk: number
  fields: Record<string, unknown>
}

/** A copy that a test may change. */
export const readDemo = (): Entry[] => JSON.parse(gunzipSync(DEMO).toString()) as Entry[]
export const writeDemo = (entries: readonly Entry[]): Uint8Array => gzipSync(JSON.stringify(entries), { level: 1 })

export const allOf = (entries: readonly Entry[], model: string): Entry[] =>
  entries.filter((entry) => entry.model === model)

export function one(entries: readonly Entry[], model: string, pk: unknown): Entry {
  const found = entries.find((entry) => entry.model === model && entry.pk === pk)
  if (!found) throw new Error(`${model} ${String(pk)} is not in the file`)
  return found
}
