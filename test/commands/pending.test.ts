// One proposal, looked at by somebody who is to say yes: all of its plan, wherever it was asked for.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/bot/message.ts'
import { answerJson, answerText } from '../../src/bot/render/answer.ts'
import { answerPost } from '../../src/bot/render/posts/answer-post.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { COLLEAGUE, Session } from '../language/session.ts'

describe.each(databases)('pending, of one, on %s', (kind) => {
  let inventory: Inventory
  let session: Session

  const text = (answered: Answer) => answerText(answered, { width: 100, colour: false })

  const proposed = async (line: string): Promise<Extract<Answer, { tag: 'done' }>> => {
    const answered = await session.ask(line, { author: COLLEAGUE, isConfirmed: false })
    if (answered.tag === 'refused' || answered.reply.kind !== 'proposal') throw new Error(text(answered))
    return answered
  }
  const idOf = ({ reply }: Extract<Answer, { tag: 'done' }>) => (reply.kind === 'proposal' ? reply.id : '')

  beforeAll(async () => {
    inventory = await openInventory(kind)
    session = await Session.begin(inventory, false)
    await session.ask('add server lab[01-40]')
    await session.ask('grant approver to os:second')
  })
  afterAll(() => closeInventory(inventory))

  test('what the first answer cuts it shows whole, and says by whom, why, and who may approve', async () => {
    await session.ask('rule set delete approvals 2')
    const made = await proposed('delete lab[01-40] force because "INC-9"')
    const id = idOf(made)
    expect(text(made)).toContain(`… and 25 effects more: \`pending ${id}\` shows all of it`)
    expect(text(made)).not.toContain('lab40: deleted')
    await session.ask(`approve ${id} 40`)
    const shown = text(await session.ask(`pending ${id}`, { author: 'os:second' })).split('\n')
    expect(shown.slice(0, 4)).toEqual([
      `${id} waits for 2 approvals: \`approve ${id}\` by somebody else than colleague`,
      '  delete lab[01-40] force because "INC-9"',
      'asked for by colleague, because INC-9',
      'approved by test; 1 more is needed',
    ])
    for (let number = 1; number <= 40; number++)
      expect(shown).toContain(`  lab${String(number).padStart(2, '0')}: deleted (server)`)
    expect(shown).toContain('  40 things: 40 server')
    expect(shown).toContain('may approve: second, test')
    expect(shown.at(-1)).toMatch(/^until .*; plan [0-9a-f]{12}$/)
  })

  test('a program has the data of a proposal, and a chat is answered without the buttons of its card', async () => {
    const id = idOf(await proposed('delete lab01 force'))
    const looked = await session.ask(`pending ${id}`)
    const { kind: what, data } = JSON.parse(answerJson(looked)) as { kind: string; data: Record<string, unknown> }
    expect(what).toBe('proposal')
    expect(data).toMatchObject({ id, targets: ['lab01'], effects: ['lab01: deleted (server)'], needs: 2 })
    expect(data.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(answerPost(looked, { asker: 'test:1', quote: null }).buttons).toEqual([])
    expect(text(await session.ask(`job ${id}`))).toContain(`\`pending ${id}\` shows it`)
  })

  test('an undo is about the things that it writes about, in the list too', async () => {
    await session.ask('attr set lab[05-07] env lab', { author: COLLEAGUE })
    await session.ask('rule set undo destroy')
    const made = await proposed('undo')
    expect(made.reply).toMatchObject({ targets: ['lab05', 'lab06', 'lab07'] })
    const listed = await session.ask('pending')
    const rows = listed.tag === 'done' && listed.reply.kind === 'table' ? listed.reply.rows : []
    expect(rows.find(([id]) => id === idOf(made))?.[3]).toBe(3)
    expect(text(await session.ask(`approve ${idOf(made)}`))).toContain('is taken back')
    await session.ask('rule remove 2')
  })

  test('who cannot confirm it is told who can, and all that is typed', async () => {
    await session.ask('rule set "attr set" confirm typed expires 1 on lab09')
    const listed = text(await session.ask('rule list'))
    expect(listed).toContain('expires after 1 minute, the name')
    const id = idOf(await proposed('attr set lab09 env lab'))
    const refused = text(await session.ask(`confirm ${id} lab09`))
    expect(refused).toContain(`Only colleague can type \`confirm ${id} lab09\``)
  })

  test('what waits for its own asker says so to others; what waits no more says what became of it', async () => {
    await session.ask('rule set "attr set" confirm')
    const id = idOf(await proposed('attr set lab02 env lab'))
    expect(text(await session.ask(`pending ${id}`))).toContain(`${id} waits for the word of colleague`)
    await session.ask(`confirm ${id}`, { author: COLLEAGUE })
    const over = await session.ask(`pending ${id}`)
    expect(over.tag === 'refused' && over.refusal.code).toBe('proposal-closed')
    expect(text(over)).toContain(`${id} was confirmed by colleague at`)
    const denied = idOf(await proposed('attr set lab03 env lab'))
    await session.ask(`deny ${denied}`, { author: COLLEAGUE })
    expect(text(await session.ask(`pending ${denied}`))).toContain(`${denied} is cancelled (by colleague)`)
    const unknown = await session.ask('pending 999-xxx')
    expect(unknown.tag === 'refused' && unknown.refusal.code).toBe('unknown-proposal')
  })
})
