// What README.md and docs/ show is what one gets: their blocks of commands, marked `clusto`, are typed in order, and what
// is shown below a command must be the answer. Each page begins on a fresh demo, and again with an empty inventory at a
// block that is marked `clusto empty`; the blocks after it go on with that one. `bob> ` is typed by that operator of the
// demo; where a story has such lines, alice types the others, jobs are done, and each is waited for before the next line.
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DEMO_NEWCOMERS, demoIdentity } from '../../src/bot/demo.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, openInventory } from '../inventory/open.ts'
import type { Step } from '../language/read-cases.ts'
import { Session } from '../language/session.ts'
import { provideDeviceTypes } from './files.ts'

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
  for (const { demo, people, steps } of storiesOf(readFileSync(page, 'utf8'))) {
    if (steps.length === 0) continue
    const session = people ? await Session.begin(inventory, demo, DEMO_NEWCOMERS) : await Session.begin(inventory, demo)
    provideDeviceTypes(session)
    if (people) await session.work()
    try {
      expect(await session.play(people ? steps.map(byAlice) : steps, page)).toEqual([])
    } finally {
      await session.drain()
    }
  }
})

/** Who types in the demo unless another is named, as at the terminal. */
const byAlice = (step: Step): Step =>
  step.tag === 'ask' || step.tag === 'do' ? { author: demoIdentity(null), ...step } : step

interface Story {
  readonly demo: boolean
  /** The operators of the demo talk in it. */
  people: boolean
  readonly steps: Step[]
}

const PROMPT = /^([a-z]+)?> /

/** A line `> command` and the answer below it; without one, the command must be done. `...` stands for any lines. */
function storiesOf(text: string): Story[] {
  let steps: Step[] = []
  const stories: Story[] = [{ demo: true, people: false, steps }]
  let command: { line: number; text: string; author: string | undefined; answer: string[] } | null = null
  const end = () => {
    if (!command) return
    const { line, text, author, answer } = command
    const by = author === undefined ? {} : { author: `demo:${author}` }
    while (answer.at(-1) === '') answer.pop()
    const any = { things: null, refusal: 'maybe', suggestions: null } as const
    steps.push(
      answer.length === 0
        ? { tag: 'do', line, command: text, ...by }
        : { tag: 'ask', line, command: text, ...by, ...any, text: answer },
    )
    command = null
  }
  let inside = false
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) {
      end()
      inside = line === '```clusto' || line === '```clusto empty'
      if (line === '```clusto empty') {
        steps = []
        stories.push({ demo: false, people: false, steps })
      }
    } else if (inside && PROMPT.test(line)) {
      end()
      const [prompt = '', author] = PROMPT.exec(line) ?? []
      const story = stories.at(-1)
      if (story && author !== undefined) story.people = true
      command = { line: index + 1, text: line.slice(prompt.length), author, answer: [] }
    } else command?.answer.push(line)
  }
  return stories
}
