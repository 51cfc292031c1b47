// The demo as it is tried first: alice proposes a rebuild, who may not approve is told so, bob approves, and the job runs to
// its end; each of them in a process of its own.
import { beforeAll, expect, it } from 'vitest'
import { newDirectory, Program } from './program.ts'

let program: Program
let directory: string
beforeAll(async () => {
  program = await Program.build()
  directory = await newDirectory()
})

interface Said {
  readonly ok: boolean
  readonly kind?: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: string }
}

async function said(by: string, command: string): Promise<Said & { readonly status: number | null }> {
  const { status, stdout, stderr } = await program.run([
    '--demo',
    '--data',
    directory,
    '--json',
    '--as',
    by,
    ...command.split(' '),
  ])
  expect(stdout, stderr).not.toBe('')
  return { status, ...(JSON.parse(stdout) as Said) }
}

it('alice proposes a rebuild, bob approves it, and the machine is reinstalled', async () => {
  expect(await said('alice', 'attr set dc1 simulated.speed 50')).toMatchObject({ ok: true, status: 0 })
  const proposal = await said('alice', 'rebuild web01')
  expect(proposal).toMatchObject({ ok: true, kind: 'proposal', data: { targets: ['web01'], needs: 1 } })
  const id = String(proposal.data?.id)
  for (const other of ['alice', 'carol'])
    expect(await said(other, `approve ${id}`)).toMatchObject({ status: 1, error: { code: 'not-permitted' } })
  const job = await said('bob', `approve ${id}`)
  expect(job).toMatchObject({ ok: true, status: 0, kind: 'job', data: { state: 'done' } })
  const steps = job.data?.steps as readonly { readonly state: string }[]
  expect(steps.length).toBeGreaterThanOrEqual(5)
  expect(steps.every(({ state }) => state === 'done')).toBe(true)
  const { data } = await said('carol', 'history web01')
  const entries = data?.entries as readonly { readonly by: string; readonly command: string }[]
  expect(entries.at(-1)).toMatchObject({ by: 'demo:alice', command: 'rebuild web01' })
  expect(await said('bob', `approve ${id}`)).toMatchObject({ status: 1, error: { code: 'proposal-closed' } })
}, 120_000)

it('a machine that was approved to be switched off is off, also for the next process', async () => {
  const { data } = await said('alice', 'power off web07')
  expect(await said('bob', `approve ${String(data?.id)}`)).toMatchObject({ status: 0, data: { state: 'done' } })
  const status = await said('carol', 'power status web07')
  expect(status).toMatchObject({
    kind: 'table',
    data: { rows: [['web07', 'off', expect.any(String), 'simulated', null]] },
  })
  expect(await said('alice', 'power on web07')).toMatchObject({ status: 0, kind: 'job', data: { state: 'done' } })
}, 120_000)
