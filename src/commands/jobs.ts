// What is done in the background, newest first.
import { publicId } from '../jobs/public-id.ts'
import { type ListedRun, listRuns } from '../jobs/read.ts'
import { isSettled } from '../jobs/run.ts'
import { lastTold } from '../jobs/told.ts'
import { readCommand } from './command.ts'

const SHOWN = 100

export const jobs = readCommand({
  name: 'jobs',
  summary: 'The jobs: all, those of a state, or your own; the newest first',
  syntax: 'jobs [<which:queued|running|done|failed|cancelled|unknown|mine>]',
  examples: ['jobs', 'jobs failed', 'jobs mine'],
  async run({ which }, { view, standing }) {
    const state = which === undefined || which === 'mine' ? {} : { state: which }
    const operators = which === 'mine' ? { operators: await identitiesOf(standing.operator?.id, view.knex) } : {}
    const found = await listRuns(view.knex, { ...state, ...operators, limit: SHOWN + 1 })
    const shown = found.slice(0, SHOWN)
    const told = await lastTold(
      view.knex,
      shown.filter(({ state: now }) => now === 'running').map(({ id }) => id),
    )
    return {
      kind: 'table',
      columns: ['id', 'state', 'command', 'by', 'step', 'percent', 'since'],
      rows: shown.map((run) => {
        const { id, state: now, command, by, step } = run
        const said = told.get(id)
        const percent = now === 'running' && said?.step === step ? said.percent : null
        const since = isSettled(now) ? (run.ended_at ?? run.created_at) : (run.started_at ?? run.created_at)
        return [publicId(id), now, command, by, placeOf(run), percent, since.toISOString().replace(/\.\d+/, '')]
      }),
      ...(found.length > SHOWN ? { more: `the newest ${SHOWN}; \`jobs running\` or \`jobs mine\` are fewer` } : {}),
    }
  },
})

/** `2/5 install`, `5/5`, `after 811-2rd` */
function placeOf({ state, step, steps_done: done, steps_all: all, waits_for: first }: ListedRun): string {
  if (state === 'queued' && first.length > 0) return `after ${first.map((id) => publicId(id)).join(' ')}`
  if (step === null || state === 'done') return `${done}/${all}`
  return `${Math.min(done + 1, all)}/${all} ${step}`
}

async function identitiesOf(operator: number | undefined, knex: Parameters<typeof listRuns>[0]): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { identity: string }[] }>(
    'select identity from identities where operator_id = ?',
    [operator ?? 0],
  )
  return rows.map(({ identity }) => identity)
}
