// Freezes: for a time, no new job and no destroy, for some things or for everything. What runs already ends.
import type { Expression } from '../grammar/ast.ts'
import { printExpression } from '../grammar/print.ts'
import { expressionOf } from '../grammar/stored-expression.ts'
import { suggest } from '../grammar/suggest.ts'
import { InventoryError } from '../inventory/error.ts'
import { activeFreezes, type Freeze } from '../inventory/operators/freezes.ts'
import { select, selectForChange } from '../inventory/query/select.ts'
import { instant } from '../inventory/read/instant.ts'
import type { ThingRow } from '../inventory/rows.ts'
import { type Asking, type Command, changeCommand, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { decide } from './permit.ts'
import { refuseSecretScope } from './refuse-secret.ts'
import { summaries } from './targets.ts'
import { untilOf } from './until.ts'
import { words } from './words.ts'

// As many as a change may be about.
const MOST = 100_000

export const freeze = changeCommand({
  name: 'freeze',
  summary: 'No new job and no destroy for some things, or without an expression for everything; what runs already ends',
  syntax: 'freeze [<things:expr>] [until <until:word>] [except <except:word>...]',
  examples: ['freeze', 'freeze rack101 until 2h', 'freeze pool:dbslaves except power status because "month end"'],
  right: 'protect',
  guarded: false,
  async plan({ things, until, except = [] }, asking) {
    const { view, now, standing, because } = asking
    const found = things === undefined ? [] : await selectForChange(view, things, now)
    if (things === undefined) refuseScoped(asking)
    const end = until === undefined ? null : await untilOf(until, view.knex)
    const commands = commandsOf(except, asking.registry)
    const scope = things === undefined ? null : printExpression(things)
    if (scope !== null) refuseSecretScope(scope)
    const whom = scope === null ? 'everything is' : `${scope} (${found.length} now) is`
    const but = `${commands.length === 0 ? '' : `, except ${commands.join(', ')}`}: no new job, no destroy`
    return {
      targets: summaries(found),
      effects: [`${whom} frozen${until === undefined ? '' : ` until ${until}`}${but}`],
      async run({ knex }) {
        const { rows } = await knex.raw<{ rows: { id: number }[] }>(
          `insert into freezes (scope, until, except_commands, frozen_by, because, at, things)
           values (?, ?::timestamptz, ?::text[], ?, ?, clock_timestamp(), ?::bigint[]) returning id`,
          [
            scope,
            end?.toISOString() ?? null,
            commands,
            standing.operator?.name ?? standing.identity,
            because,
            found.map(({ id }) => id),
          ],
        )
        const done = [
          words`${whom} frozen${end === null ? '' : words` until ${instant(end)}`}${but}`,
          `\`unfreeze ${rows[0]?.id ?? ''}\` ends it`,
        ]
        return { kind: 'change', done, changed: 1 }
      },
    }
  },
})

/** Who may freeze some things only does not freeze everything. Throws CommandError `out-of-scope`. */
function refuseScoped({ standing, channel }: Asking): void {
  const decision = decide(standing, { name: 'freeze', right: 'protect' }, channel)
  if (decision.tag === 'allowed' && decision.scopes !== null)
    throw new CommandError('out-of-scope', {
      operator: decision.operator.name,
      command: 'freeze',
      things: ['everything'],
      scopes: decision.scopes,
    })
}

/** `power cycle backup` is two: each takes as many words as make a command, or begin one. */
function commandsOf(words: readonly string[], registry: readonly Command[]): string[] {
  const names = registry.map(({ name }) => name)
  const isBegun = (text: string) => names.some((name) => name === text || name.startsWith(`${text} `))
  const found: string[] = []
  let rest = words.map((word) => word.toLowerCase())
  while (rest.length > 0) {
    let length = rest.length
    while (length > 0 && !isBegun(rest.slice(0, length).join(' '))) length--
    if (length === 0) {
      const [name = ''] = rest
      throw new CommandError('unknown-command-help', { name, suggestions: suggest(name, names) })
    }
    found.push(rest.slice(0, length).join(' '))
    rest = rest.slice(length)
  }
  return found
}

export const freezeList = readCommand({
  name: 'freeze list',
  summary: 'What is frozen now',
  syntax: 'freeze list',
  examples: ['freeze list'],
  async run(_args, { view }) {
    const found = await activeFreezes(view.knex)
    return {
      kind: 'table',
      columns: ['id', 'frozen', 'until', 'except', 'by', 'because'],
      rows: found.map(({ id, scope, until, except, by, because }) => [
        id,
        scope ?? 'everything',
        until === null ? null : instant(until),
        except.join(', ') || null,
        by,
        because,
      ]),
      ...(found.length === 0 ? { more: 'nothing is frozen' } : {}),
    }
  },
})

export const unfreeze = changeCommand({
  name: 'unfreeze',
  summary: 'Ends a freeze, named by its number or its expression; alone, the only one there is',
  syntax: 'unfreeze [<what:expr>]',
  examples: ['unfreeze'],
  right: 'protect',
  guarded: false,
  async plan({ what }, asking) {
    const { view, standing } = asking
    const active = await activeFreezes(view.knex)
    if (what === undefined && active.length === 0)
      return {
        targets: [],
        run: () => Promise.resolve({ kind: 'change', done: ['nothing is frozen'], changed: 0 }),
      }
    const ended = meant(active, what)
    if (ended.scope === null) refuseScoped(asking)
    const { rows } = await view.knex.raw<{ rows: ThingRow[] }>('select * from things where id = any(?::bigint[])', [
      [...ended.things],
    ])
    const now = ended.scope === null ? [] : await meantNow(asking, ended.scope)
    const frozen = new Map([...rows, ...now].map((thing) => [thing.id, thing]))
    return {
      targets: summaries([...frozen.values()]),
      async run({ knex }) {
        const by = standing.operator?.name ?? standing.identity
        await knex.raw('update freezes set ended_at = clock_timestamp(), ended_by = ? where id = ?', [by, ended.id])
        return {
          kind: 'change',
          done: [`${ended.scope ?? 'everything'} is no longer frozen (was: by ${ended.by})`],
          changed: 1,
        }
      },
    }
  },
})

/** What a freeze has come to be about since it began; of everything, where it is no longer understood. */
async function meantNow(asking: Asking, scope: string): Promise<readonly ThingRow[]> {
  const expression = expressionOf(asking.language, scope)
  try {
    if (expression !== null) {
      const query = { expression, limit: null, distinct: null, sort: null, asOf: null }
      return (await select(asking.view, query, { limit: MOST, now: asking.now })).things
    }
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error
  }
  refuseScoped(asking)
  return []
}

function meant(active: readonly Freeze[], what: Expression | undefined): Freeze {
  const name = what === undefined ? '' : printExpression(what)
  const found = active.filter(({ id, scope }) => what === undefined || String(id) === name || scope === name)
  const [first, second] = found
  if (first && !second) return first
  throw new CommandError('unknown-freeze', {
    name,
    known: active.map(({ id, scope }) => `${id} of ${scope ?? 'everything'}`),
  })
}
