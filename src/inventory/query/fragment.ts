// Pieces of SQL with their bindings, composed as values: what an operator typed is always a binding, never SQL.
import type { Knex } from 'knex'

export type Binding = string | number | boolean | null | readonly number[] | readonly string[]

export interface Sql {
  readonly text: string
  readonly bindings: readonly Binding[]
  /** Whether the database is to keep the plan that it makes: no value of the bindings asks for another. */
  readonly kept?: boolean
}

const isSql = (part: Sql | Binding): part is Sql => typeof part === 'object' && part !== null && 'text' in part

/** sql`t.name_key = ${name} and ${condition}`: pieces are spliced in, everything else becomes a binding. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | Binding)[]): Sql {
  let text = strings[0] ?? ''
  const bindings: Binding[] = []
  parts.forEach((part, i) => {
    if (isSql(part)) {
      text += part.text
      bindings.push(...part.bindings)
    } else {
      text += '?'
      bindings.push(part)
    }
    text += strings[i + 1] ?? ''
  })
  return { text, bindings }
}

/** Text that this program made itself: names of tables and aliases. */
export const plain = (text: string): Sql => ({ text, bindings: [] })

/**
 * The same statement, planned once. Its values become results of subqueries, which the planner does not look into: no
 * plan for the values can seem better then, and Postgres keeps the one that it has made from the sixth time on.
 */
export function planOnce({ text, bindings }: Sql): Sql {
  let next = 0
  const hidden = text.replace(/(?<!\\)\?(::[a-z]+(?:\[\])?)?/g, (_, cast: string | undefined) => {
    const type = cast ?? (typeof bindings[next] === 'number' ? '::bigint' : '::text')
    next += 1
    return `(select ?${type})${type.endsWith('[]') ? type : ''}`
  })
  return { text: hidden, bindings, kept: true }
}

export function joined(parts: readonly Sql[], separator: string): Sql {
  return { text: parts.map(({ text }) => text).join(separator), bindings: parts.flatMap(({ bindings }) => bindings) }
}

/**
 * With a `name` the database keeps the statement's plan, for this connection and ever: only for a text that is always the
 * same, where no value of its bindings asks for another plan.
 */
export async function rowsOf<Row>(knex: Knex, { text, bindings, kept }: Sql, name?: string): Promise<Row[]> {
  const asked = knex.raw<{ rows: Row[] }>(text, bindings as readonly Knex.RawBinding[])
  const under = name ?? (kept === true ? keptName(text) : undefined)
  const { rows } = await (under === undefined ? asked : asked.options({ name: under }))
  return rows
}

// Every connection keeps every plan that has a name: so many texts may have one.
const MOST_NAMES = 200
const keptNames = new Map<string, string>()

/** Texts that depend on what people type: the first ones to come get a name, which are those that come often. */
function keptName(text: string): string | undefined {
  if (!keptNames.has(text) && keptNames.size < MOST_NAMES) keptNames.set(text, `kept ${keptNames.size}`)
  return keptNames.get(text)
}
