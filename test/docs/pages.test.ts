// What README.md and docs/ show is what one gets: their blocks of commands, marked `clusto`, are typed on the demo in
// order, each page on a fresh one, and what is shown below a command must be the answer.
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, openInventory } from '../inventory/open.ts'
import type { Step } from '../language/read-cases.ts'
import { Session } from '../language/session.ts'

const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => `docs/${path}`),
]

let inventory: Inventory
beforeAll(async () => {
  inventory = await openInventory('embedded')
})
afterAll(() => closeInventory(inventory))

it.each(pages)('%s', async (page) => {
  const steps = stepsOf(readFileSync(page, 'utf8'))
  if (steps.length === 0) return
  const session = await Session.begin(inventory, true)
  expect(await session.play(steps, page)).toEqual([])
})

/** A line `> command` and the answer below it; without one, the command must be done. `...` stands for any lines. */
function stepsOf(text: string): Step[] {
  const steps: Step[] = []
  let command: { line: number; text: string; answer: string[] } | null = null
  const end = () => {
    if (!command) return
    const { line, text, answer } = command
    while (answer.at(-1) === '') answer.pop()
    const any = { things: null, refusal: 'maybe', suggestions: null } as const
    steps.push(
      answer.length === 0
        ? { tag: 'do', line, command: text }
        : { tag: 'ask', line, command: text, ...any, text: answer },
    )
    command = null
  }
  let inside = false
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) {
      end()
      inside = line === '```clusto'
    } else if (inside && line.startsWith('> ')) {
      end()
      command = { line: index + 1, text: line.slice(2), answer: [] }
    } else command?.answer.push(line)
  }
  return steps
}
