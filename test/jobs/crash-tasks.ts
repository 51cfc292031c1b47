// The tasks of the crash harness. An effect that must not happen twice is a line in a file, which no database takes back.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { addThings } from '../../src/inventory/write/things.ts'
import { cancel } from '../../src/jobs/cancel.ts'
import { OutcomeUnknown, type Step, type StepContext, type Task } from '../../src/jobs/task.ts'
import { untilStopped } from './until-stopped.ts'

const MINUTE = 60_000

/** The names of the steps that must not be done twice, all of which write a line `<run> <step>`. */
export const ONCE: readonly string[] = ['send', 'order', 'ship']

export function crashTasks(effects: string, drain: () => void): readonly Task[] {
  const effect = ({ run }: StepContext, step: string) => appendFileSync(effects, `${run.id} ${step}\n`)
  const has = ({ run }: StepContext, step: string) =>
    existsSync(effects) && readFileSync(effects, 'utf8').split('\n').includes(`${run.id} ${step}`)
  const repeatable = (name: string, run: Step['run'], more: Partial<Step> = {}): Step => ({
    ...{ name, timeout: MINUTE, repeatable: true, run, ...more },
  })
  const once = (name: string, run: Step['run'], more: Partial<Step> = {}): Step => ({
    ...{ name, timeout: MINUTE, repeatable: false, run, ...more },
  })
  const task = (name: string, ...steps: Step[]): Task => ({ name, steps: () => steps })
  return [
    task(
      'mixed',
      repeatable('look', async ({ progress }) => {
        progress(10, 'looking')
        await pause(5)
        return 'seen'
      }),
      once('send', async (context) => {
        await pause(2)
        effect(context, 'send')
        await pause(2)
        return null
      }),
      repeatable('record', async ({ run, change, entry }) => {
        const work: Parameters<typeof change>[1] = async (inside) => {
          const driver = inside.catalogue.get('server')
          if (!driver) throw new Error('no driver server')
          await addThings(inside, [{ name: `run${run.id}`, driver }])
        }
        await change(entry, work, { completes: true })
        return null
      }),
      repeatable(
        'check',
        async ({ attempt, outputs }) => {
          if (attempt === 1) throw new Error('not yet')
          return outputs.look ?? null
        },
        { retries: { times: 30, delayMs: 1 } },
      ),
    ),
    task(
      'probed',
      once(
        'order',
        async (context) => {
          effect(context, 'order')
          await pause(2)
          throw new OutcomeUnknown('no answer')
        },
        { probe: async (context) => (has(context, 'order') ? 'done' : 'not-done'), retries: { times: 30, delayMs: 1 } },
      ),
      repeatable('after', async () => null),
    ),
    task(
      'lost',
      once('ship', async (context) => {
        effect(context, 'ship')
        throw new OutcomeUnknown('no answer')
      }),
    ),
    task(
      'failing',
      repeatable('fail', async () => {
        throw new Error('always')
      }),
    ),
    task(
      'cancelled',
      repeatable('wait', async ({ run, inventory }, signal) => {
        const stopped = untilStopped(signal)
        await Promise.race([cancel(inventory.database.knex, run.id, 'os:test'), stopped])
        return stopped
      }),
    ),
    task(
      'slow',
      repeatable('sleep', async () => {
        await pause(1300)
        return null
      }),
    ),
    task(
      'drained',
      repeatable('leave', async (context, signal) => {
        if (has(context, 'leave')) return null
        effect(context, 'leave')
        drain()
        return untilStopped(signal)
      }),
    ),
  ]
}

/** Those that a round begins with, for the point that it waits for. */
export function tasksFor(point: string | null): readonly string[] {
  const usual = ['mixed', 'probed', 'lost', 'failing', 'cancelled', 'probed']
  if (point?.endsWith('heartbeat')) return ['slow', ...usual]
  return point?.endsWith('release') ? [...usual, 'drained'] : usual
}
