// `plan` before the words that proposals and jobs wait for: it tells what they would do, and nothing is written.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerText } from '../../src/bot/render/answer.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { COLLEAGUE, Session } from '../language/session.ts'

describe.each(databases)('plan of a word, on %s', (kind) => {
  let inventory: Inventory
  let session: Session

  const text = async (line: string, author?: string) =>
    answerText(await session.ask(line, author === undefined ? {} : { author }), { width: 100, colour: false })

  const proposed = async (line: string): Promise<string> => {
    const answered = await session.ask(line, { author: COLLEAGUE, isConfirmed: false })
    if (answered.tag === 'refused' || answered.reply.kind !== 'proposal') throw new Error(`no proposal: ${line}`)
    return answered.reply.id
  }

  const written = async (): Promise<string> => {
    const tables = ['proposals', 'decisions', 'runs', 'run_events', 'audit', 'versions', 'things']
    const sums = tables.map((table) => `(select md5(string_agg(t::text, ' ' order by t::text)) from ${table} t)`)
    const { rows } = await inventory.database.knex.raw<{ rows: { sum: string }[] }>(
      `select concat_ws(' ', ${sums.join(', ')}) as sum`,
    )
    return rows[0]?.sum ?? ''
  }

  /** The answer, after which all is as it was. */
  const told = async (line: string, author?: string): Promise<string> => {
    const before = await written()
    const said = await text(line, author)
    expect(await written(), line).toBe(before)
    expect(said).not.toContain('would change nothing')
    return said
  }

  beforeAll(async () => {
    inventory = await openInventory(kind)
    session = await Session.begin(inventory, false)
    await session.ask('add server web[1-9] power.driver=simulated')
    await session.ask('grant approver to os:second')
  })
  afterAll(() => closeInventory(inventory))

  test('approve: the plan that it would carry out', async () => {
    const id = await proposed('power off web1')
    const said = await told(`plan approve ${id}`)
    expect(said).toContain(`the plan of ${id} is as it was shown, and \`approve\` would carry it out:`)
    expect(said).toContain('  web1: power off (simulated; no feed recorded)')
    expect(await told(`plan approve ${id} web2`)).toContain(`${id} is about web1, and not about web2`)
    // What is denied is in the audit, as ever.
    expect(await text(`plan approve ${id}`, COLLEAGUE)).toContain('may not use approve')
    expect(await text(`approve ${id}`)).toContain('is queued')
    expect(await told(`plan approve ${id}`)).toContain(`${id} was approved by test`)
  })

  test('approve of what has changed: what differs, and no id of a plan that does not wait', async () => {
    const id = await proposed('power off web2')
    await session.ask('add powerstrip pdu1')
    await session.ask('connect web2 pdu1')
    for (const line of [`plan approve ${id}`, `plan approve ${id}`]) {
      const said = await told(line)
      expect(said).toContain(`the plan of ${id} is no longer what was shown: \`approve\` would be refused`)
      expect(said).toContain('- web2: power off (simulated; no feed recorded)')
      expect(said).toContain('+ web2: power off (simulated; feed pdu1 outlet')
      expect(said).not.toMatch(/waits as/)
    }
    expect(await told(`why approve ${id}`)).not.toMatch(/waits as/)
    expect(await text(`approve ${id}`)).toContain('waits as')
  })

  test('approve as the first of two, confirm, deny', async () => {
    await session.ask('rule set "power off" approvals 2 on web3')
    const two = await proposed('power off web3')
    expect(await told(`plan approve ${two}`)).toContain(`${two} is approved by test; 1 more is needed`)
    expect(await told(`plan deny ${two}`)).toContain(`${two} is denied: power off web3`)
    await session.ask('rule set "power on" confirm on web4')
    const own = await proposed('power on web4')
    const said = await told(`plan confirm ${own}`, COLLEAGUE)
    expect(said).toContain('`confirm` would carry it out:\n  power on web4\n  web4: power on')
    expect(await told(`plan confirm ${own}`)).toContain(`${own} waits for colleague`)
  })

  test('cancel and retry', async () => {
    const started = await session.ask('power on web5')
    const id = started.tag === 'done' && started.reply.kind === 'job' ? started.reply.id : ''
    expect(await told(`plan cancel ${id}`)).toContain(`nothing is done yet; this would be:\njob ${id} is cancelled`)
    expect(await text(`cancel ${id}`)).toContain(`job ${id} is cancelled`)
    expect(await told(`plan cancel ${id}`)).toContain(`job ${id} is cancelled already`)
    const again = await told(`plan retry ${id}`)
    expect(again).toContain('nothing is done yet; this would be a job:\npower on web5: goes on from')
  })
})
