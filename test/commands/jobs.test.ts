// What jobs are to other commands: a destroy that is done again is proposed again, and what a job wrote is not undone.
import { beforeEach, describe, expect, test } from 'vitest'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { COLLEAGUE, Session } from '../language/session.ts'

describe.each(databases)('on %s', (kind) => {
  let inventory: Inventory
  let session: Session
  beforeEach(async () => {
    inventory = await openInventory(kind)
    session = await Session.begin(inventory, false)
    await session.ask('add server web1 power.driver=simulated')
    return () => closeInventory(inventory)
  })

  test('a version that a job wrote is not undone', async () => {
    await inventory.change(
      { operator: 'os:test', command: 'rebuild web1', because: null, message: null, job: '1-eqf' },
      (change) => change.insert('things', [{ name: 'made', name_key: 'made', driver: 'server', type: 'server' }]),
    )
    expect(await session.ask('undo 2')).toMatchObject({ tag: 'refused', refusal: { code: 'made-by-job' } })
  })

  test('a destroy that is done again waits for an approval again', async () => {
    const proposed = await session.ask('power off web1', { author: COLLEAGUE })
    expect(proposed).toMatchObject({ reply: { kind: 'proposal' } })
    expect(await session.ask('approve 1-q7m')).toMatchObject({ reply: { kind: 'job', id: '1-eqf' } })
    await session.ask('cancel 1-eqf')
    const again = await session.ask('retry 1-eqf', { author: COLLEAGUE })
    expect(again).toMatchObject({ reply: { kind: 'proposal', level: 'destroy', id: '2-9jm', targets: ['web1'] } })
    expect(await session.ask('approve 2-9jm')).toMatchObject({ reply: { kind: 'job', id: '2-khy' } })
    expect(await session.ask('job 2-khy')).toMatchObject({ reply: { about: { retryOf: '1-eqf', proposal: '2-9jm' } } })
  })

  test('a job is stopped by who asked for it, and by who may approve', async () => {
    await session.ask('power on web1')
    await session.ask('power on web1', { author: COLLEAGUE })
    const stranger = await session.ask('cancel 1-eqf', { author: COLLEAGUE })
    expect(stranger).toMatchObject({ tag: 'refused', refusal: { code: 'not-your-job' } })
    expect(await session.ask('cancel 2-khy', { author: COLLEAGUE })).toMatchObject({ tag: 'done' })
    await session.ask('power on web1', { author: COLLEAGUE })
    expect(await session.ask('cancel 3-2rd')).toMatchObject({ tag: 'done' })
  })

  test('of things that are gone nobody knows whether they were within a scope', async () => {
    await session.ask('power on web1')
    await session.ask('add server web2')
    await session.ask('grant approver to colleague on name:web2')
    await session.ask('revoke operator from colleague')
    expect(await session.ask('delete web1')).toMatchObject({ tag: 'done' })
    const scoped = await session.ask('cancel 1-eqf', { author: COLLEAGUE })
    expect(scoped).toMatchObject({ tag: 'refused', refusal: { code: 'not-your-job' } })
  })

  test('two who do the same job again do it once', async () => {
    await session.ask('power on web1')
    await session.ask('cancel 1-eqf')
    expect(await session.ask('retry 1-eqf')).toMatchObject({ tag: 'done', reply: { id: '2-khy' } })
    expect(await session.ask('retry 1-eqf')).toMatchObject({
      tag: 'refused',
      refusal: { code: 'job-not-over', facts: { id: '2-khy', state: 'queued' } },
    })
  })
})
