// The aliases that a line could begin with, for completion.
import { listAliases } from '../inventory/aliases.ts'
import type { View } from '../inventory/view.ts'

/** Those of the operator that go on from the half-typed word, where that is the first of the line. */
export async function aliasWords(view: View, operator: string, text: string, from: number): Promise<string[]> {
  if (text.slice(0, from).trim() !== '') return []
  const half = text.slice(from).toLowerCase()
  const names = (await listAliases(view, operator)).map(({ name }) => name)
  return [...new Set(names)].filter((name) => name.toLowerCase().startsWith(half))
}
