// Takes a version back, as a version of its own: its rows go, the rows that it ended come back under their ids. What
// later versions built on it is a conflict that names them.
import type { Change } from '../change.ts'
import { InventoryError } from '../error.ts'
import { type Rows, TABLES, type Table } from '../rows.ts'
import { ask } from '../write/ask.ts'
import { attempt } from '../write/attempt.ts'
import { familiesOf } from '../write/kinds.ts'
import { isRuledKey } from '../write/resource-rules.ts'
import { retype } from '../write/retype.ts'
import { refuseBroken } from '../write/verify.ts'
import { describeChanges } from './describe.ts'
import { type NameAt, namesOverTime } from './former-names.ts'
import { changesBetween, thingsIn } from './row-change.ts'
import { type Takeback, takebacksOf } from './takeback.ts'
import { takenBack } from './taken-back.ts'
import { type Conflict, conflictsOf } from './undo-conflicts.ts'
import { rowsBehind, type Violation, violationOf } from './undo-rules.ts'

export { lastVersionOf } from './taken-back.ts'

export interface NamedConflict {
  readonly what: string
  readonly by: number
}

export interface Undone {
  /** What was done, then what was left because of conflicts, a line each. */
  readonly lines: readonly string[]
  /** Rows written. */
  readonly rows: number
  readonly conflicts: readonly NamedConflict[]
}

// Rules are broken one at a time: this many are got out of the way before it is given up.
const MOST_VIOLATIONS = 100

/**
 * Takes a version back. Throws InventoryError `unknown-version`; `undo-conflict` where later versions touched the same
 * rows or built on them, naming them, or where it is taken back already; `undo-violates` where a rule would be broken.
 * With `exceptConflicts` the rows in conflict stay as they are, with all that the version wrote about a thing that stays. What a job has written is
 * refused, `made-by-job`.
 */
export async function undo(
  change: Change,
  version: number,
  { exceptConflicts }: { readonly exceptConflicts: boolean },
): Promise<Undone> {
  if (version < 1 || version > change.base)
    throw new InventoryError('unknown-version', { version, latest: change.base })
  await refuseJobs(change, version)
  const by = (await takenBack(change)).get(version)
  if (by !== undefined) throw await conflict(change, version, [{ what: 'it is taken back already', by }])

  const { rows: untouched, touched } = await takebacksOf(change, version)
  const everything = [...untouched, ...touched.map(({ row }) => row)]
  const nameAt = await namesOverTime(change, everything.flatMap(thingsIn))
  const conflicts: Conflict[] = [...touched]
  let rows = without(untouched, touched)
  const leave = (found: readonly Conflict[]) => {
    conflicts.push(...found)
    rows = without(rows, found)
  }
  const refusal = () => conflict(change, version, named(conflicts, nameAt))
  if (conflicts.length > 0 && !exceptConflicts) throw await refusal()
  for (let violations = 0; ; ) {
    const found = await conflictsOf(change, version, rows)
    if (found.length > 0) {
      leave(found)
      if (!exceptConflicts) throw await refusal()
      continue
    }
    const broken = await writeUnlessBroken(change, version, rows)
    if (broken === null) break
    const { reason, by } = broken
    const behind = rowsBehind(broken, rows, nameAt)
    if (by === null || (exceptConflicts && (behind.length === 0 || ++violations > MOST_VIOLATIONS)))
      throw new InventoryError('undo-violates', { version, reason })
    if (!exceptConflicts) throw await conflict(change, version, [{ what: reason, by }])
    leave(behind.map((row) => ({ row, by })))
  }
  change.undoes = version
  const left = named(conflicts, nameAt)
  return {
    lines: [...(await doneLines(change)), ...left.map(({ what, by }) => `left because of version ${by}: ${what}`)],
    rows: rows.length,
    conflicts: left,
  }
}

/** With the commands of the later versions. */
async function conflict(change: Change, version: number, conflicts: readonly NamedConflict[]): Promise<InventoryError> {
  const later = await ask<{ version: number; command: string }>(
    change,
    'select version, command from versions where version = any(?::bigint[])',
    [[...new Set(conflicts.map(({ by }) => by))]],
  )
  const commands = new Map(later.map((one) => [one.version, one.command]))
  const facts = conflicts.map(({ what, by }) => ({ what, by, command: commands.get(by) ?? '' }))
  return new InventoryError('undo-conflict', { version, conflicts: facts })
}

async function refuseJobs(change: Change, version: number): Promise<void> {
  const [made] = await ask<{ job: string | null; command: string }>(
    change,
    'select job, command from versions where version = ?',
    [version],
  )
  if (made && made.job !== null)
    throw new InventoryError('made-by-job', { version, job: made.job, command: made.command })
}

/**
 * The rows that remain without those in conflict and what belongs to them: the other end of a cable, and where a thing
 * stays (or stays away) everything that the version wrote about it.
 */
function without(rows: readonly Takeback[], conflicts: readonly Conflict[]): readonly Takeback[] {
  if (conflicts.length === 0) return rows
  const out = new Set(conflicts.map(({ row }) => `${row.table} ${row.id}`))
  const things = new Set(
    conflicts.filter(({ row }) => row.table === 'things' && !isReplaced(row)).map(({ row }) => row.id),
  )
  const ends = new Set(conflicts.flatMap(({ row }) => cableEnds(row)))
  return rows.filter(
    (row) =>
      !out.has(`${row.table} ${row.id}`) &&
      !(!isReplaced(row) && thingsIn(row).some((id) => things.has(id))) &&
      !cableEnds(row).some((end) => ends.has(end)),
  )
}

const isReplaced = ({ before, after }: Takeback) => before !== null && after !== null

function cableEnds(row: Takeback): string[] {
  if (row.table !== 'links') return []
  return [row.before, row.after].flatMap((link) =>
    link === null
      ? []
      : [
          `${link.thing_id} ${link.port_type} ${link.port_number}`,
          `${link.peer_id} ${link.peer_type} ${link.peer_number}`,
        ],
  )
}

/** Writes all rows, or none and says which rule they would break. */
async function writeUnlessBroken(
  change: Change,
  version: number,
  rows: readonly Takeback[],
): Promise<Violation | null> {
  try {
    await attempt(change, () => write(change, rows))
    return null
  } catch (error) {
    const violation = await violationOf(change, version, error)
    if (violation === null) throw error
    return violation
  }
}

async function write(change: Change, rows: readonly Takeback[]): Promise<void> {
  // What goes makes room for what changes, and that for what comes back: in this order no name or port is there twice.
  for (const table of TABLES) await writeTable(change, table, rows)
  if (rows.some(({ table }) => table === 'drivers')) {
    const { rows: imported } = await change.knex.raw('select name, spec from drivers order by name_key')
    change.catalogue = change.catalogue.importing(imported)
  }
  await retype(change, {
    drivers: familiesOf(change.catalogue, writtenDrivers(rows)),
    ids: rows.flatMap((row) => (row.table === 'things' && row.after !== null ? [row.id] : [])),
  })
  await refuseBroken(change, [...new Set([...rows.flatMap(ruledThings), ...(await thingsOfDrivers(change, rows))])])
  await change.knex.raw('set constraints all immediate')
}

async function writeTable<T extends Table>(change: Change, table: T, all: readonly Takeback[]): Promise<void> {
  const rows = all.filter((row) => row.table === table)
  const before = (row: Takeback) => (row.before === null ? [] : [row.before as Rows[T]])
  const after = (row: Takeback) => (row.after === null ? [] : [row.after as Rows[T]])
  await change.retire(table, rows.filter((row) => row.after === null).flatMap(before))
  await change.replace(table, rows.filter(isReplaced).flatMap(after))
  await change.insert(table, rows.filter((row) => row.before === null).flatMap(after))
}

// Attributes of a thing itself that rules read.
const RULED = ['minu', 'maxu', 'requires']

/** The things that rules may be broken about because of a row. */
function ruledThings(change: Takeback): number[] {
  switch (change.table) {
    case 'things':
      return [change.id]
    case 'edges':
      return [change.before, change.after].flatMap((edge) => (edge === null ? [] : [edge.child_id]))
    case 'links':
      return [change.before, change.after].flatMap((link) => (link === null ? [] : [link.thing_id]))
    case 'attributes':
      return [change.before, change.after].flatMap((row) =>
        row !== null && (row.port !== '' || RULED.includes(row.key) || isRuledKey(row.key)) ? [row.thing_id] : [],
      )
    case 'addresses':
      return [change.before, change.after].flatMap((row) => (row === null ? [] : (row.network_id ?? [])))
    // The things of drivers are asked for: see `thingsOfDrivers`.
    case 'drivers':
      return []
  }
}

const writtenDrivers = (rows: readonly Takeback[]) =>
  rows.flatMap((row) => (row.table === 'drivers' && row.after !== null ? [row.after] : []))

/** All things of drivers that are written, and of those that extend them: their ports, units and kinds may be others. */
async function thingsOfDrivers(change: Change, rows: readonly Takeback[]): Promise<number[]> {
  const written = writtenDrivers(rows)
  if (written.length === 0) return []
  const things = await ask<{ id: number }>(change, 'select id from things where driver = any(?::text[])', [
    familiesOf(change.catalogue, written),
  ])
  return things.map(({ id }) => id)
}

async function doneLines(change: Change): Promise<string[]> {
  const changes = await changesBetween(change, change.base, change.version)
  const nameAt = await namesOverTime(change, changes.flatMap(thingsIn))
  return describeChanges(changes, nameAt).map(({ thing, text }) => `${thing} ${text}`)
}

/** Conflicts in words: what the version did, and the later version; each once, the latest version first. */
function named(conflicts: readonly Conflict[], nameAt: NameAt): NamedConflict[] {
  const seen = new Map<string, NamedConflict>()
  for (const { row, by } of conflicts) {
    const did = { ...row, before: row.after, after: row.before } as Takeback
    for (const { thing, text } of describeChanges([did], nameAt))
      seen.set(`${thing} ${text} ${by}`, { what: `${thing} ${text}`, by })
  }
  return [...seen.values()].sort((a, b) => b.by - a.by)
}
