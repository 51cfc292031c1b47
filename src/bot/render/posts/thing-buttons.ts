// What is often asked next about one thing, as buttons.
import { COMMANDS } from '../../../commands/registry.ts'
import type { ThingInfo } from '../../../commands/reply.ts'
import { printThing } from '../../../grammar/print.ts'
import type { DraftButton } from '../../outbox/post.ts'

interface Asked {
  readonly label: string
  readonly command: string
  /** What the driver of the thing has to be able to do; null where any can. */
  readonly operation: string | null
}

const ASKED: readonly Asked[] = [
  { label: 'Power', command: 'power status', operation: 'power' },
  { label: 'Console', command: 'console', operation: 'console' },
  { label: 'History', command: 'history', operation: null },
]

export function thingButtons(things: readonly ThingInfo[]): DraftButton[] {
  const [only, ...more] = things
  if (!only || more.length > 0) return []
  const { name, operations = [] } = only
  return ASKED.filter(
    ({ command, operation }) =>
      COMMANDS.some((one) => one.name === command) && (operation === null || operations.includes(operation)),
  ).map(({ label, command }) => ({
    ...{ label, style: 'plain', only: null },
    action: { tag: 'command', text: `${command} ${printThing(name)}` },
  }))
}
