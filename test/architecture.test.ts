// The folders of src import only from those on their left: grammar <- inventory <- jobs <- commands <- bot.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ORDER = ['grammar', 'inventory', 'jobs', 'commands', 'bot']
const SOURCES = resolve(import.meta.dirname, '../src')

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|js)$/.test(file))
  .map((file) => join(SOURCES, file))

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '')
  return found.map((specifier) => resolve(dirname(file), specifier))
}

const folderOf = (file: string): string => relative(SOURCES, file).split('/')[0] ?? ''

describe('the architecture', () => {
  it('has only the folders of the line', () => {
    expect(readdirSync(SOURCES).filter((name) => !ORDER.includes(name))).toEqual([])
    expect(files.length).toBeGreaterThan(50)
  })

  it('imports only to the left', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith(SOURCES))
        .filter((target) => ORDER.indexOf(folderOf(target)) > ORDER.indexOf(folderOf(file)))
        .map((target) => `${relative(SOURCES, file)} imports ${relative(SOURCES, target)}`),
    )
    expect(wrong).toEqual([])
  })

  it('has no cycles of files', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).filter((target) => files.includes(target))]))
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file))
        cycles.push([...path.slice(path.indexOf(file)), file].map((f) => relative(SOURCES, f)).join(' -> '))
      else if (!done.has(file)) {
        for (const target of graph.get(file) ?? []) visit(target, [...path, file])
        done.add(file)
      }
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8')))
    expect(readers.map((file) => relative(SOURCES, file))).toEqual(['bot/config.ts'])
  })
})
