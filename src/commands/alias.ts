// Words of one's own for expressions and for the beginnings of commands.
import type { Query, ThingName } from '../grammar/ast.ts'
import type { Language } from '../grammar/language.ts'
import { checkName } from '../grammar/name.ts'
import { ParseError } from '../grammar/parse-error.ts'
import { suggest } from '../grammar/suggest.ts'
import { aliasesAmong, listAliases, removeAlias, saveAlias, sharedAlias } from '../inventory/aliases.ts'
import { InventoryError } from '../inventory/error.ts'
import { explainQuery } from '../inventory/query/explain.ts'
import { findNames } from '../inventory/query/names.ts'
import { understand } from './alias-expansion.ts'
import { type Asking, changeCommand, type Plan, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { decide, grantedForAll } from './permit.ts'
import { refuseSecret } from './refuse-secret.ts'
import type { Reply } from './reply.ts'

const EXPECTED = 'alias busy = driver:Server and attr:status,allocated'
// Words that go on with an expression, and would be taken for that.
const CLAUSES = new Set('limit distinct sort asc desc ago version keys exact because'.split(' '))

export const alias = changeCommand({
  name: 'alias',
  summary: 'A word of your own for an expression, or for the beginning of a command; alone, lists them',
  syntax: 'alias [<definition:line>]',
  examples: ['alias busy = driver:Server and attr:status,allocated', 'alias where = locate'],
  // One's own words change nothing for anybody else.
  right: 'read',
  plan({ definition }, asking) {
    if (definition) return planSave(asking, definition, false)
    return Promise.resolve({ targets: [], run: () => table(asking) })
  },
})

export const aliasShared = changeCommand({
  name: 'alias shared',
  summary: 'An alias for everybody; one of your own wins over it',
  syntax: 'alias shared <definition:line>',
  examples: ['alias shared lab = lab* and driver:Server'],
  plan: ({ definition }, asking) => planSave(asking, definition, true),
})

export const aliasList = readCommand({
  name: 'alias list',
  summary: 'The aliases that you can use, and what they stand for',
  syntax: 'alias list',
  examples: ['alias list'],
  run: (_args, asking) => table(asking),
})

export const aliasRemove = changeCommand({
  name: 'alias remove',
  summary: 'Removes an alias of yours, or a shared one',
  syntax: 'alias remove [shared] <name>',
  examples: ['alias remove shared idle'],
  right: 'read',
  async plan({ name: { text: name, at }, shared }, asking) {
    const { view, operator } = asking
    const isShared = shared === true
    if (isShared) await refuseOthers(asking, name)
    const all = await listAliases(view, operator)
    const found = all.find((one) => one.isShared === isShared && one.name.toLowerCase() === name.toLowerCase())
    if (!found) {
      const isOther = all.some((one) => one.name.toLowerCase() === name.toLowerCase())
      const names = all.flatMap((one) => (one.isShared === isShared ? [one.name] : []))
      throw new CommandError('unknown-alias', { name, at, isShared, isOther, suggestions: suggest(name, names) })
    }
    return {
      targets: [],
      async run(change) {
        await removeAlias(change, operator, found)
        return { kind: 'change', done: [`${found.name} is no alias any more (was: ${found.text})`], changed: 1 }
      },
    }
  },
})

/** A shared alias is a word in everybody's mouth. Throws CommandError `not-permitted`, `scope-too-small`, `alias-not-yours`. */
async function refuseOthers({ view, standing, channel }: Asking, name: string): Promise<void> {
  grantedForAll(standing, channel, 'alias shared', 'what a word means to everybody')
  const found = await sharedAlias(view, name)
  if (found === null || (found.owner !== null && found.owner === standing.operator?.id)) return
  const admin = decide(standing, { name: 'alias shared', right: 'admin' }, channel)
  if (admin.tag === 'denied') throw new CommandError('alias-not-yours', { ...found })
}

async function table({ view, operator }: Asking): Promise<Reply> {
  const all = await listAliases(view, operator)
  const rows = all.map(({ name, text, isShared }) => [name, isShared ? 'shared' : 'yours', text])
  return { kind: 'table', columns: ['alias', 'whose', 'stands for'], rows }
}

async function planSave(asking: Asking, definition: ThingName, isShared: boolean): Promise<Plan> {
  const { view, operator } = asking
  const [, name = '', between = '', text = ''] = /^([^\s=]+)(\s*=\s*)([\s\S]+)$/.exec(definition.text) ?? []
  if (text === '')
    throw new CommandError('bad-arguments', {
      reason: 'an alias is a word, `=`, and what it stands for',
      expected: isShared ? EXPECTED.replace('alias', 'alias shared') : EXPECTED,
    })
  if (isShared) await refuseOthers(asking, name)
  await refuseName(asking, name, definition.at)
  const at = definition.at + name.length + between.length
  await refuseText(asking, { name, text, isShared }, at)
  return {
    targets: [],
    async run(change) {
      const before = await saveAlias(change, operator, { name, text, isShared })
      const covers =
        isShared && (await aliasesAmong(view, operator, [name])).get(name.toLowerCase())?.isShared === false
      const whose = isShared ? ' for everybody' : ''
      const done = [
        before === text ? `${name} stands for ${text} already` : `${name} stands for ${text}${whose}`,
        ...(before === null || before === text ? [] : [`before, it stood for ${before}`]),
        ...(covers ? [`to you it stands for what your own alias ${name} says`] : []),
      ]
      return { kind: 'change', done, changed: before === text ? 0 : 1 }
    },
  }
}

async function refuseName({ view, language }: Asking, name: string, at: number): Promise<void> {
  const word = name.toLowerCase()
  const reason = language.begins(word) || CLAUSES.has(word) ? 'reserved' : checkName(name)
  if (reason !== null) throw new InventoryError('illegal-name', { name, reason, at })
  const [thing] = (await findNames(view, [{ kind: 'named', text: name, at }], null)).things('named', name)
  if (thing) throw new InventoryError('name-taken', { name, by: thing.name })
}

/** What is saved must be understood now; the beginning of a command may lack its end. */
async function refuseText(
  { view, language, operator, now }: Asking,
  alias: { readonly name: string; readonly text: string; readonly isShared: boolean },
  at: number,
): Promise<void> {
  // Blanks before it, so that whatever is refused points into the text as typed.
  const text = ' '.repeat(at) + alias.text
  try {
    const fresh = { ...alias, isHidden: false }
    const owner = alias.isShared ? '' : operator
    const invocation = await understand(text, owner, { knex: view.knex, language }, fresh)
    refuseSecret('alias', alias.text, invocation, at)
    const { command, args } = invocation
    if (command === 'find') await explainQuery(view, args.query as Query, { now })
  } catch (error) {
    if (!isUnfinished(error, text) || isUnfinishedExpression(alias.text, language)) throw error
    refuseSecret('alias', alias.text, null, at)
  }
}

const isUnfinished = (error: unknown, text: string): boolean =>
  error instanceof ParseError && error.code === 'syntax' && error.position >= text.length

function isUnfinishedExpression(text: string, language: Language): boolean {
  if (language.begins(/^\S*/.exec(text)?.[0] ?? '')) return false
  const asked = `find ${text}`
  try {
    language.parse(asked)
    return false
  } catch (error) {
    return isUnfinished(error, asked)
  }
}
