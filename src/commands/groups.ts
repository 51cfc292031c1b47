// What pools, classes, roles and services share: they are made, deleted, shown, filled and emptied in the same words,
// because operators think in them. Each kind's own file names its commands and adds what only it has.
import type { NewNames } from '../grammar/arguments.ts'
import type { Expression, ThingName, When } from '../grammar/ast.ts'
import { InventoryError } from '../inventory/error.ts'
import { driverNamed } from '../inventory/query/drivers.ts'
import { lookup, lookupAll } from '../inventory/query/lookup.ts'
import { momentOf } from '../inventory/query/moment.ts'
import type { Moment } from '../inventory/query/source.ts'
import { groupsOf, membersOf } from '../inventory/read/members.ts'
import { treeLines } from '../inventory/read/tree.ts'
import { requirementsOf } from '../inventory/resources/roles.ts'
import type { ThingRow } from '../inventory/rows.ts'
import type { View } from '../inventory/view.ts'
import { deleteThings } from '../inventory/write/delete.ts'
import { addThings } from '../inventory/write/things.ts'
import { type Asking, changeCommand, type Plan, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { planInsert, planRemove } from './insert.ts'
import type { Reply } from './reply.ts'
import { listed, summaries } from './targets.ts'

/** A kind of group as its commands name it. */
export interface GroupKind<W extends string> {
  readonly word: W
  readonly plural: string
  /** The types that its commands take. */
  readonly types: readonly string[]
}

type Examples = readonly string[]

/** The names that ranges and words spell out. */
export const namesOf = (names: readonly NewNames[]): string[] =>
  names.flatMap((pattern) => (pattern.tag === 'range' ? pattern.names : [pattern.text]))

/** Makes groups of a driver; also what `pool create exclusive` does. */
export function planCreate(names: readonly NewNames[], driverName: string, { view }: Asking): Promise<Plan> {
  const driver = driverNamed(view.catalogue, { text: driverName, at: 0 })
  const wanted = namesOf(names)
  return Promise.resolve({
    targets: [],
    async run(change) {
      const added = await addThings(
        change,
        wanted.map((name) => ({ name, driver })),
      )
      return { kind: 'change', done: added.map(({ name }) => `${driver.name} ${name} created`), changed: added.length }
    },
  })
}

export const createGroup = <const W extends 'class' | 'role'>(
  kind: GroupKind<W>,
  summary: string,
  examples: Examples,
) =>
  changeCommand({
    name: `${kind.word} create`,
    summary,
    syntax: `${kind.word} create <names:range>...` as `${'class' | 'role'} create <names:range>...`,
    examples,
    plan: ({ names }, asking) => planCreate(names, kind.word, asking),
  })

type Word = 'pool' | 'class' | 'role' | 'service'

export const deleteGroup = (kind: GroupKind<Word>, examples: Examples) =>
  changeCommand({
    name: `${kind.word} delete`,
    summary: `Deletes an empty ${kind.word}`,
    syntax: `${kind.word} delete <group:thing>` as `${Word} delete <group:thing>`,
    examples,
    async plan({ group }, { view }) {
      const found = await groupNamed(view, group, kind)
      return {
        targets: summaries([found]),
        async run(change) {
          await deleteThings(change, [found], { force: false })
          return { kind: 'change', done: [`${kind.word} ${found.name} deleted`], changed: 1 }
        },
      }
    },
  })

export const showGroup = (kind: GroupKind<Exclude<Word, 'service'>>, examples: Examples) =>
  readCommand({
    name: `${kind.word} show`,
    summary: `The ${kind.plural}, or what is in one; with \`effective\` all its members, and through what they are`,
    syntax:
      `${kind.word} show [<group:thing>] [effective] [as of <when>]` as `${Exclude<Word, 'service'>} show [<group:thing>] [effective] [as of <when>]`,
    examples,
    run: ({ group, effective, when }, asking) => show(kind, { group, effective, when }, asking),
  })

export const insertIntoGroup = (kind: GroupKind<Word>, examples: Examples) =>
  changeCommand({
    name: `${kind.word} insert`,
    summary: `Puts things into a ${kind.word}`,
    syntax:
      `${kind.word} insert <items:item>... [into <group:thing>]` as `${Word} insert <items:item>... [into <group:thing>]`,
    examples,
    async plan({ items, group }, asking) {
      const chosen = group ? { group, members: items } : groupFirst(items, kind, examples)
      await groupNamed(asking.view, chosen.group, kind)
      return planInsert(asking, chosen.members, chosen.group, null)
    },
  })

export const removeFromGroup = (kind: GroupKind<Word>, examples: Examples) =>
  changeCommand({
    name: `${kind.word} remove`,
    summary: `Takes things out of a ${kind.word}`,
    syntax:
      `${kind.word} remove <items:item>... [from <group:thing>]` as `${Word} remove <items:item>... [from <group:thing>]`,
    examples,
    async plan({ items, group }, asking) {
      const chosen = group ? { group, members: items } : groupFirst(items, kind, examples)
      await groupNamed(asking.view, chosen.group, kind)
      return planRemove(asking, chosen.members, chosen.group)
    },
  })

/** A thing of a kind. Throws `not-a-type`, and what `lookup` throws. */
export async function groupNamed(
  view: View,
  name: ThingName,
  kind: Pick<GroupKind<string>, 'word' | 'types'>,
  moment: Moment = null,
): Promise<ThingRow> {
  const thing = await lookup(view, name, moment)
  refuseOther(thing, kind, name.at)
  return thing
}

/** Things of a kind, listed word by word or by an expression. */
export async function groupsListed(
  { view, now }: Asking,
  items: readonly Expression[],
  kind: Pick<GroupKind<string>, 'word' | 'types'>,
): Promise<ThingRow[]> {
  const things = await listed(view, items, now)
  for (const thing of things) refuseOther(thing, kind)
  return things
}

/** Throws `not-a-type` where a thing is of another kind. */
export function refuseOther(
  thing: ThingRow,
  { word, types }: Pick<GroupKind<string>, 'word' | 'types'>,
  at?: number,
): void {
  if (!types.includes(thing.type))
    throw new InventoryError('not-a-type', {
      thing: thing.name,
      type: thing.type,
      wanted: word,
      ...(at === undefined ? {} : { at }),
    })
}

interface Shown {
  readonly group: ThingName | undefined
  readonly effective: true | undefined
  readonly when: When | undefined
}

async function show(
  kind: GroupKind<string>,
  { group, effective, when }: Shown,
  { view, now, limit }: Asking,
): Promise<Reply> {
  const moment = await momentOf(view, when ?? null, now)
  if (!group) return listOf(kind, view, moment, limit)
  const found = await groupNamed(view, group, kind, moment)
  if (effective) {
    const members = await membersOf(view, found, moment, limit)
    return {
      kind: 'table',
      columns: ['member', 'type', 'through'],
      rows: members.map(({ thing, through }) => [
        thing.name,
        thing.type,
        through.length === 0 ? null : through.join(', '),
      ]),
    }
  }
  const [root = '', ...inside] = await treeLines(view, found, { parents: false, moment })
  const required = (await requirementsOf(view, [found], moment)).get(found.id)
  return { kind: 'lines', lines: [required ? `${root} requires ${required.join(', ')}` : root, ...inside] }
}

async function listOf(kind: GroupKind<string>, view: View, moment: Moment, limit: number): Promise<Reply> {
  const groups = await groupsOf(view, kind.types, moment, limit)
  const isRole = kind.word === 'role'
  const things = groups.map(({ group }) => group)
  const requires = isRole ? await requirementsOf(view, things, moment) : new Map<number, readonly string[]>()
  const isMixed = kind.types.length > 1
  return {
    kind: 'table',
    columns: [kind.word, ...(isMixed ? ['type'] : []), 'members', ...(isRole ? ['requires'] : [])],
    rows: groups.map(({ group, members }) => [
      group.name,
      ...(isMixed ? [group.type] : []),
      members,
      ...(isRole ? [requires.get(group.id)?.join(', ') ?? null] : []),
    ]),
  }
}

/** `pool insert prod web01 web02`: the first word is the pool. */
function groupFirst(
  items: readonly Expression[],
  { word }: GroupKind<string>,
  [example = '']: Examples,
): { group: ThingName; members: readonly Expression[] } {
  const [first, ...members] = items
  if (first?.tag !== 'name' || first.pattern.tag !== 'exact' || members.length === 0)
    throw new CommandError('bad-arguments', { reason: `the ${word} is missing`, expected: `\`${example}\`` })
  return { group: { text: first.pattern.text, at: first.at }, members }
}

/** Several things at once, each by its name; those that are not said stay out. */
export async function lookupSome<K extends string>(
  view: View,
  names: Readonly<Record<K, ThingName | undefined>>,
): Promise<Readonly<Partial<Record<K, ThingRow>>>> {
  const said = (Object.entries(names) as [K, ThingName | undefined][]).flatMap(([key, name]) =>
    name === undefined ? [] : [{ key, name }],
  )
  const things = await lookupAll(
    view,
    said.map(({ name }) => name),
  )
  return Object.fromEntries(said.map(({ key }, index) => [key, things[index]])) as Partial<Record<K, ThingRow>>
}
