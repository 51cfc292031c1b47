// Pieces of SQL with their bindings, composed as values: what an operator typed is always a binding, never SQL.
import type { Knex } from 'knex'

export type Binding = string | number | boolean | null | readonly number[] | readonly string[]

export interface Sql {
  readonly text: string
  readonly bindings: readonly Binding[]
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

export function joined(parts: readonly Sql[], separator: string): Sql {
  return { text: parts.map(({ text }) => text).join(separator), bindings: parts.flatMap(({ bindings }) => bindings) }
}

/**
 * With a `name` the database keeps the statement's plan, for this connection and ever: only for a text that is always the
 * same, where no value of its bindings asks for another plan.
 */
export async function rowsOf<Row>(knex: Knex, { text, bindings }: Sql, name?: string): Promise<Row[]> {
  const asked = knex.raw<{ rows: Row[] }>(text, bindings as readonly Knex.RawBinding[])
  const { rows } = await (name === undefined ? asked : asked.options({ name }))
  return rows
}
