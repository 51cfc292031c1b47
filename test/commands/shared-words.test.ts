// What belongs to everybody or to somebody else, and is about no things that a scope could reach: shared aliases, and the
// schedules of others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerText } from '../../src/bot/render/answer.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { Session } from '../language/session.ts'

const SCOPED = 'os:daemon'
const OTHER = 'os:colleague'
const ADMIN = 'os:test'

describe.each(databases)('what is not only theirs, on %s', (kind) => {
  let inventory: Inventory
  let session: Session

  const answered = (line: string, author: string) => session.ask(line, { author })
  const code = async (line: string, author: string): Promise<string> => {
    const found = await answered(line, author)
    return found.tag === 'done' ? 'done' : found.refusal.code
  }
  const text = async (line: string, author: string) =>
    answerText(await answered(line, author), { width: 200, colour: false })

  beforeAll(async () => {
    inventory = await openInventory(kind)
    session = await Session.begin(inventory, false)
    await session.ask('pool create lab')
    await session.ask('add server s[1-3] power.driver=simulated')
    await session.ask('pool insert lab s[1-3]')
    await session.ask(`grant operator to ${SCOPED} on (pool:lab)`)
  })
  afterAll(() => closeInventory(inventory))

  test('a shared alias is made with a right for everything, and replaced by who made it or an admin', async () => {
    expect(await code('alias shared idle = pool:lab', SCOPED)).toBe('scope-too-small')
    expect(await text('alias shared idle = pool:lab', SCOPED)).toContain('`grant "alias shared" to daemon`')
    expect(await code('alias idle = pool:lab', SCOPED)).toBe('done')
    expect(await code('alias remove idle', SCOPED)).toBe('done')

    expect(await code('alias shared idle = driver:Server', ADMIN)).toBe('done')
    for (const line of ['alias shared idle = s1', 'alias shared IDLE = s1', 'alias remove shared idle']) {
      expect(await code(line, SCOPED)).toBe('scope-too-small')
      expect(await code(line, OTHER)).toBe('alias-not-yours')
    }
    expect(await text('alias shared idle = s1', OTHER)).toContain("the shared alias idle is test's")
    expect(await text('count idle', OTHER)).toBe('3')

    expect(await code('alias shared mine = s1', OTHER)).toBe('done')
    expect(await code('alias shared mine = s2', OTHER)).toBe('done')
    expect(await code('alias shared mine = s3', ADMIN)).toBe('done')
    // It is the admin's from then on.
    expect(await code('alias remove shared mine', OTHER)).toBe('alias-not-yours')
    expect(await code('alias remove shared mine', ADMIN)).toBe('done')
    // Of one that was there before anybody noted it, nobody but an admin is asked.
    await inventory.database.knex.raw('update aliases set saved_by = null')
    expect(await text('alias shared idle = s1', OTHER)).toContain('Ask an admin')
    expect(await code('alias shared idle = s1', ADMIN)).toBe('done')
  })

  test('the schedules of others are changed and taken with a right for everything; own ones with any', async () => {
    await session.ask('schedule "@daily" power on s1')
    await session.ask('schedule "@daily" count pool:lab')
    const [job, read] = ['1-x9e', '2-een']
    for (const id of [job, read])
      for (const word of ['take', 'pause', 'remove']) {
        expect(await code(`schedule ${word} ${id}`, SCOPED)).toBe('scope-too-small')
        expect(await text(`schedule ${word} ${id}`, SCOPED)).toContain(`\`grant "schedule ${word}" to daemon\``)
      }
    expect(await text('schedule list', ADMIN)).not.toContain('paused')
    expect(await code(`schedule pause ${job}`, OTHER)).toBe('done')
    expect(await code(`schedule resume ${job}`, SCOPED)).toBe('scope-too-small')
    expect(await code(`schedule take ${job}`, OTHER)).toBe('done')
    await session.ask(`grant "schedule take" to ${SCOPED}`)
    expect(await code(`schedule take ${job}`, SCOPED)).toBe('done')
    expect(await code(`schedule pause ${job}`, SCOPED)).toBe('done')
    expect(await code(`schedule remove ${job}`, SCOPED)).toBe('done')
  })
})
