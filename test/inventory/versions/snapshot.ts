// The inventory of a moment, whole: every base row, and what the functions that read things say of every thing.
import type { Moment } from '../../../src/inventory/query/source.ts'
import { tableAt } from '../../../src/inventory/query/source.ts'
import { infoOf } from '../../../src/inventory/read/info.ts'
import { locateLines } from '../../../src/inventory/read/locate.ts'
import { treeLines } from '../../../src/inventory/read/tree.ts'
import { valuesOf } from '../../../src/inventory/read/values.ts'
import { COLUMNS, TABLES, type ThingRow } from '../../../src/inventory/rows.ts'
import type { View } from '../../../src/inventory/view.ts'

/** All rows with their ids, without their versions. */
export async function rowsAt(view: View, moment: Moment): Promise<object[]> {
  const dump: object[] = []
  for (const table of TABLES) {
    const { from, where } = tableAt(table, 't', moment)
    const columns = Object.keys(COLUMNS[table]).map((column) => `t.${column}`)
    const { rows } = await view.knex.raw<{ rows: object[] }>(
      `select '${table}' as table, t.id, ${columns} from ${from} where ${where} order by t.id`,
    )
    dump.push(...rows)
  }
  return dump
}

/** What is read about all things, and line by line about some. */
export async function readAt(view: View, moment: Moment): Promise<object> {
  const { from, where } = tableAt('things', 't', moment)
  const { rows: things } = await view.knex.raw<{ rows: ThingRow[] }>(
    `select t.id, t.name, t.name_key, t.driver, t.type from ${from} where ${where} order by t.name_key`,
  )
  const lines: string[][] = []
  for (const thing of things.filter((_, at) => at % 4 === 0)) {
    lines.push(await locateLines(view, { text: thing.name, at: 0 }, moment))
    lines.push(await treeLines(view, thing, { parents: true, moment }))
  }
  const key = (key: string) => ({ key, subkey: null, number: null })
  return {
    info: await infoOf(view, things, moment),
    inherited: await valuesOf(view, things, {
      keys: ['env', '_in', '_ip'].map(key),
      port: '',
      inherited: true,
      moment,
    }),
    lines,
  }
}

/** The closure as it stands, and as the edges say that it should. */
export async function closures(view: View): Promise<{ stored: object[]; derived: object[] }> {
  const stored = await view.knex.raw<{ rows: object[] }>(
    'select ancestor_id, descendant_id, depth, grouped from closure order by 1, 2',
  )
  const derived = await view.knex.raw<{ rows: object[] }>(
    `with recursive up (ancestor_id, descendant_id, depth, grouped) as (select parent_id, child_id, 1, true from edges
       union select e.parent_id, up.descendant_id, up.depth + 1, up.grouped and m.type = any(?::text[])
       from up join edges e on e.child_id = up.ancestor_id and up.depth < 50 join things m on m.id = up.ancestor_id)
     select ancestor_id, descendant_id, min(depth) as depth, bool_or(grouped) as grouped from up group by 1, 2 order by 1, 2`,
    [['pool', 'exclusivepool', 'uniquepool', 'class', 'role', 'service', 'vip']],
  )
  return { stored: stored.rows, derived: derived.rows }
}
