// Every example of every command is understood as that command, can be done on the demo, and stands in the docs.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandsPage } from '../../scripts/docs.ts'
import { answerText } from '../../src/bot/render/answer.ts'
import type { Command } from '../../src/commands/command.ts'
import { COMMANDS } from '../../src/commands/registry.ts'
import { createLanguage } from '../../src/grammar/language.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { closeInventory, databases, openInventory } from '../inventory/open.ts'
import { COLLEAGUE, Session } from '../language/session.ts'
import { provideDeviceTypes } from './files.ts'

const examples: readonly (readonly [string, Command])[] = COMMANDS.flatMap((command) =>
  command.examples.map((example) => [example, command] as const),
)
const page = readFileSync('docs/commands.md', 'utf8')

it('every command has an example', () => {
  expect(COMMANDS.filter((command) => command.examples.length === 0).map(({ name }) => name)).toEqual([])
})

it('docs/commands.md is up to date: `npm run docs`', () => {
  expect(page).toBe(commandsPage(COMMANDS))
})

describe.each(databases)('the examples, on %s', (kind) => {
  const language = createLanguage(COMMANDS)
  let inventory: Inventory
  let session: Session
  beforeAll(async () => {
    inventory = await openInventory(kind)
    session = await Session.begin(inventory, true)
    // What the examples of import read.
    session.provide('servers.csv', 'name,driver,location,unit,env\nserver8,server,rack102,U40,lab\n')
    const dump = gunzipSync(readFileSync('test/fixtures/netbox-demo-v3.6.json.gz'))
    session.provide('dump.json', dump.toString('utf8'))
    provideDeviceTypes(session)
    session.provide('x1.yaml', 'manufacturer: Acme\nmodel: X1\nslug: acme-x1\n')
    await session.ask('import devicetype x1.yaml')
    // What the examples of approve and confirm are about.
    await session.ask('delete server3 force', { author: COLLEAGUE })
    await session.ask('attr set type:server env lab', { isConfirmed: false })
    // What the examples of jobs are about: one that waits, one that has failed, and one of unknown outcome.
    for (const name of ['web01', 'web02', 'web03']) await session.ask(`power on ${name}`)
    for (const [id, state] of [
      [2, 'failed'],
      [3, 'unknown'],
    ]) {
      await inventory.database.knex.raw('update runs set state = ? where id = ?', [state, id] as string[])
      await inventory.database.knex.raw('update run_steps set state = ? where run_id = ? and position = 0', [
        state,
        id,
      ] as string[])
    }
    // Whom the examples of grant and revoke are about.
    await session.ask('grant approver to os:bob')
    // Whom that of link remove is about, and the rule that is removed.
    await inventory.database.knex.raw(`insert into identities (identity, operator_id, linked_at)
      select 'slack:U7LINKED', operator_id, linked_at from identities where identity = 'os:test'`)
    await session.ask('rule set "driver delete" approvals 2')
    // What is unlocked and unfrozen.
    await session.ask('lock db202 "new disks"')
    await session.ask('freeze router1')
    // What the examples of schedules are about.
    for (const command of ['count pool:webservers', 'doctor'])
      await session.ask(`schedule "0 9 * * mon-fri" ${command}`, { author: COLLEAGUE })
    await session.ask('schedule pause 2-een')
    // What somebody has done without an approval.
    await session.ask('add server burning', { author: COLLEAGUE })
    await session.ask('grant breakglass to os:colleague')
    const { reply } = (await session.ask('delete burning force breakglass because "fire"', {
      author: COLLEAGUE,
    })) as { reply: { id: string } }
    await session.ask(`confirm ${reply.id} burning`, { author: COLLEAGUE })
  })
  afterAll(() => closeInventory(inventory))

  it.each(examples)('%s', async (example, command) => {
    expect(language.parse(example).command).toBe(command.name)
    expect(page).toContain(`    ${example}\n`)
    const answered = await session.ask(command.does !== 'read' ? `plan ${example}` : example)
    const text = answerText(answered, { width: 100, colour: false })
    expect(answered.tag, text).toBe('done')
    // An example that finds or changes nothing shows nothing.
    expect(text).not.toMatch(/^(?:nothing found|no such attribute|no history|0|this would change nothing)$/m)
  })
})
