// The task behind `console`: holds a console open for a thread until its time is over, it is cancelled, somebody else takes
// it, or nobody has typed into it for a while. At a terminal it only shows what stands there.

import { checkAgain, type Named, namedIn, presentMachines } from '../power/job-machines.ts'
import type { Machine } from '../power/machine.ts'
import type { Json, Step, StepContext, Task } from '../task.ts'
import { hold } from './hold.ts'
import { lookAt } from './look-at.ts'

export const consoleTask: Task = { name: 'console', isBeside: true, steps }

// In milliseconds, beside the time that it is open.
const MARGIN = 60_000

export interface ConsoleInput {
  readonly machine: Named
  readonly seconds: number
}

export function consoleInput({ machine: { id, name }, seconds }: ConsoleInput): Json {
  return { machines: [{ id, name }], seconds }
}

/** Throws where it is not that. */
function readInput(input: Json): ConsoleInput {
  const { machines, seconds } = (input ?? {}) as { readonly machines?: Json; readonly seconds?: Json }
  const [machine, ...others] = namedIn(machines)
  if (!machine || others.length > 0) throw new Error('a console is of one machine')
  if (typeof seconds !== 'number' || !(seconds > 0)) throw new Error('no time in the input')
  return { machine, seconds }
}

function steps(input: Json): Step[] {
  const { machine, seconds } = readInput(input)
  return [
    {
      name: 'hold the console open',
      timeout: seconds * 1000 + MARGIN,
      repeatable: true,
      async run(context, signal) {
        await checkAgain(context, 'console', [machine])
        const place = threadOf(context)
        const opening = { machine: await present(context, machine), seconds, context, signal }
        return place === null ? lookAt(opening) : hold({ ...opening, ...place })
      },
    },
  ]
}

async function present({ inventory }: StepContext, named: Named): Promise<Machine> {
  const [machine] = await inventory.read((view) => presentMachines(view, [named]))
  if (!machine) throw new Error(`no longer in the inventory: ${named.name}`)
  return machine
}

/** Where it was asked for; null at a terminal, which has no thread. */
function threadOf({ entry }: StepContext): { readonly chat: string; readonly thread: string } | null {
  const { chat, thread } = JSON.parse(entry.message ?? '{}') as { readonly chat?: string; readonly thread?: string }
  return chat === undefined || chat === 'terminal' || thread === undefined ? null : { chat, thread }
}
