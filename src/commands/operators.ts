// Who the bot knows: people, the identities by which chats and operating systems know them, and what they have.
import { allGrants } from '../inventory/operators/grants.ts'
import { listOperators, nameOperator } from '../inventory/operators/operators.ts'
import { instant, instantText } from '../inventory/read/instant.ts'
import { changeCommand, type Plan, readCommand } from './command.ts'
import { CommandError } from './error.ts'
import { where } from './granted-role.ts'
import { calledBy, meantBy } from './mark.ts'

export const operators = readCommand({
  name: 'operators',
  summary: 'The operators, their identities in each chat, and what they were granted',
  syntax: 'operators',
  examples: ['operators'],
  async run(_args, { view }) {
    const [found, grants] = await Promise.all([listOperators(view.knex), allGrants(view.knex)])
    return {
      kind: 'table',
      columns: ['operator', 'identities', 'roles', 'since', 'last change'],
      rows: found.map(({ id, name, identities, created_at, seen }) => {
        const held = grants.filter(({ operator_id }) => operator_id === id)
        return [
          name,
          identities.join(', '),
          held
            .map((one) => `${one.role}${where(one)}${one.until ? ` until ${instantText(instant(one.until))}` : ''}`)
            .join(', ') || 'none',
          instant(created_at),
          seen === null ? null : instant(seen),
        ]
      }),
    }
  },
})

// `bob`, `jean-luc.p`; no chat's identity, and no number.
const NAME = /^(?=.*\p{L})[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u

export const operatorsRename = changeCommand({
  name: 'operators rename',
  summary: 'Gives an operator another name: chats tell the bot identities only',
  syntax: 'operators rename <operator:mark> to <name:word>',
  examples: ['operators rename slack:U7LINKED to ann'],
  right: 'admin',
  guarded: false,
  async plan({ operator, name }, asking): Promise<Plan> {
    const meant = await meantBy(operator, asking)
    const before = calledBy(meant)
    if (meant.tag !== 'operator') throw new CommandError('bad-operator-name', { name: before, reason: 'unknown' })
    if (!NAME.test(name)) throw new CommandError('bad-operator-name', { name, reason: 'malformed' })
    return {
      targets: [],
      facts: { operator: meant.id },
      async run({ knex }) {
        if (before === name) return { kind: 'change', done: [`${name} is called so already`], changed: 0 }
        if (!(await nameOperator(knex, meant.id, name)))
          return { kind: 'refused', error: new CommandError('bad-operator-name', { name, reason: 'taken' }) }
        return { kind: 'change', done: [`${before} is called ${name} from now on`], changed: 1 }
      },
    }
  },
})
