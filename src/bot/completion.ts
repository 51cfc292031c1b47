// Words that could stand at the end of a half-typed command: the grammar says of which kind, the inventory knows which
// there are.

import { decideGlass } from '../commands/breakglass.ts'
import { type Channel, decide, mayRead } from '../commands/permit.ts'
import type { Field } from '../grammar/ast.ts'
import type { Expected } from '../grammar/completion.ts'
import { standingOf } from '../inventory/operators/standing.ts'
import type { View } from '../inventory/view.ts'
import { aliasWords } from './alias-words.ts'
import type { Bot } from './pipeline.ts'
import { safe } from './render/width.ts'

export interface Words {
  /** The offset of the half-typed word, which a chosen word replaces. */
  readonly from: number
  readonly words: readonly string[]
}

// More than fit on a screen help nobody.
const LIMIT = 100

/**
 * What this operator could type next; nothing for one who may not ask, and no word that would not be shown as it is:
 * the terminal prints it.
 */
export async function wordsAfter(
  text: string,
  operator: string,
  { inventory, language, commands }: Bot,
  channel: Channel = null,
): Promise<Words> {
  const standing = await standingOf(inventory.database.knex, operator)
  const usable = new Map(
    commands.map((command) => [command.name, decide(standing, command, channel).tag === 'allowed']),
  )
  usable.set('breakglass', decideGlass(standing, { name: '' }, channel).tag === 'allowed')
  const { from, expected } = language.complete(text, (name) => usable.get(name) === true)
  // Names and values are the inventory's: they are for those who may read it.
  if (!mayRead(standing, channel)) return { from, words: [] }
  const found = await inventory.read((view) =>
    Promise.all([aliasWords(view, operator, text, from), ...expected.map((kind) => wordsOf(kind, view, commands))]),
  )
  const words = found.flat().filter((word) => safe(word) === word)
  return { from, words: [...new Set(words)].slice(0, LIMIT) }
}

async function wordsOf(expected: Expected, view: View, commands: Bot['commands']): Promise<readonly string[]> {
  switch (expected.tag) {
    case 'keyword':
      return [expected.text]
    case 'thing':
      return names(view, expected.prefix, null)
    case 'driver':
      return beginning(
        view.catalogue.all().map(({ name }) => name),
        expected.prefix,
      )
    case 'type':
      return beginning(view.catalogue.types(), expected.prefix)
    case 'field':
      return fieldWords(view, expected.field, expected.prefix)
    case 'key':
      return (await distinct(view, { text: 'key', where: 'true', bindings: [] }, expected.prefix)).filter(
        (key) => !key.startsWith('_') || isRead(expected.command, commands),
      )
    case 'value':
      return expected.key === null ? [] : values(view, expected.key, expected.prefix)
    case 'name':
    case 'hint':
      return []
    default:
      return expected satisfies never
  }
}

/** Whether a key of the program's own (`_protected`) can stand there: it is asked for, and never written by hand. */
const isRead = (command: string | null, commands: Bot['commands']): boolean =>
  command === null || commands.some(({ name, right }) => name === command && right === 'read')

const TYPES_OF: Readonly<Partial<Record<Field, readonly string[]>>> = {
  pool: ['pool', 'exclusivepool', 'uniquepool'],
  class: ['class'],
  role: ['role'],
  service: ['service'],
  vip: ['vip'],
  vlan: ['vlan'],
}

function fieldWords(view: View, field: Field, prefix: string): Promise<readonly string[]> {
  if (field === 'driver')
    return Promise.resolve(
      beginning(
        view.catalogue.all().map(({ name }) => name),
        prefix,
      ),
    )
  if (field === 'type') return Promise.resolve(beginning(view.catalogue.types(), prefix))
  if (field === 'name') return names(view, prefix, null)
  if (field === 'serial' || field === 'mac') return values(view, field, prefix)
  const types = TYPES_OF[field]
  return types === undefined ? Promise.resolve([]) : names(view, prefix, types)
}

function names({ knex }: View, prefix: string, types: readonly string[] | null): Promise<readonly string[]> {
  const among = types === null ? '' : 'and type = any(?::text[])'
  return texts(
    { knex },
    `select name as text from things where name_key >= ? and starts_with(name_key, ?) ${among} order by name_key limit ${LIMIT}`,
    [prefix.toLowerCase(), prefix.toLowerCase(), ...(types === null ? [] : [types])],
  )
}

function values(view: Pick<View, 'knex'>, key: string, prefix: string): Promise<readonly string[]> {
  const [name = '', subkey = ''] = key.split('.')
  return distinct(view, { text: 'left(text, 100)', where: 'key = ? and subkey = ?', bindings: [name, subkey] }, prefix)
}

interface Column {
  /** Indexed, among the rows for which `where` holds. */
  readonly text: string
  readonly where: string
  readonly bindings: readonly string[]
}

// Of so many values those are taken that can be typed without quotes.
const LOOKED_AT = 2000

/**
 * The different texts of a column of attributes that begin so. From each to the next by the index: reading all rows takes
 * seconds at a million things.
 */
function distinct(
  view: Pick<View, 'knex'>,
  { text, where, bindings }: Column,
  prefix: string,
): Promise<readonly string[]> {
  const next = (than: string) =>
    `(select ${text} from attributes where ${where} and ${text} ${than} order by ${text} limit 1)`
  return texts(
    view,
    `with recursive found (text) as (
       select ${next('>= ?')}
       union all select ${next('> found.text')} from found where starts_with(found.text, ?))
     select text from (select text from found where starts_with(text, ?) limit ${LOOKED_AT}) looked
     where text !~ '\\s' order by text limit ${LIMIT}`,
    [...bindings, prefix, ...bindings, prefix, prefix],
  )
}

async function texts(
  { knex }: Pick<View, 'knex'>,
  sql: string,
  bindings: readonly unknown[],
): Promise<readonly string[]> {
  const { rows } = await knex.raw<{ rows: { text: string }[] }>(sql, [...bindings] as string[])
  return rows.map(({ text }) => text)
}

function beginning(words: readonly string[], prefix: string): readonly string[] {
  return words.filter((word) => word.toLowerCase().startsWith(prefix.toLowerCase()))
}
