// One person, two chats: the code is shown to an identity that is known, in private, and typed by the other. So the one
// side proves that it is the operator, the other that it saw what was shown to them.
import { grantsTo } from '../inventory/operators/grants.ts'
import {
  hasTriedTooOften,
  identitiesOf,
  join,
  keepCode,
  LINK_MINUTES,
  newCode,
  part,
  takeCode,
} from '../inventory/operators/links.ts'
import type { Standing } from '../inventory/operators/standing.ts'
import { type Asking, changeCommand, type Plan, type Refused } from './command.ts'
import { CommandError } from './error.ts'
import { where } from './granted-role.ts'
import type { Reply } from './reply.ts'

type Knex = Asking['view']['knex']

export const link = changeCommand({
  name: 'link',
  summary: 'Joins your identities in two chats: gives a code here, which you type in the other chat behind `link`',
  syntax: 'link [<code:word>]',
  examples: ['link'],
  right: 'anyone',
  guarded: false,
  plan({ code }, asking): Promise<Plan> {
    return Promise.resolve({
      targets: [],
      run: ({ knex }) => (code === undefined ? show(asking, knex) : typed(asking, knex, code)),
    })
  },
})

async function show({ standing, channel, operator }: Asking, knex: Knex): Promise<Reply> {
  if (standing.operator === null) throw new CommandError('link-refused', { reason: 'unknown', identity: operator })
  // Whoever reads a code can become the one that it was shown to.
  if (channel !== null) throw new CommandError('link-refused', { reason: 'public', identity: operator })
  const code = newCode()
  await keepCode(knex, code, standing.operator.id, operator)
  const done = [
    `type this in the other chat, within ${LINK_MINUTES} minutes: \`link ${code}\``,
    `whoever does is ${standing.operator.name} from then on: show it to nobody`,
  ]
  return { kind: 'change', done, changed: 1, chosen: { code } }
}

async function typed({ standing, operator }: Asking, knex: Knex, code: string): Promise<Reply | Refused> {
  const refused = (reason: LinkReason, more: object = {}): Refused => ({
    kind: 'refused',
    error: new CommandError('link-refused', { reason, identity: operator, ...more }),
  })
  // The code is used up, whatever comes of it: it stands in the audit now.
  const shown = await takeCode(knex, code)
  if (await hasTriedTooOften(knex, operator)) return refused('tries')
  if (!shown) return refused('code')
  if (standing.operator?.id === shown.operator_id) return refused('own')
  const held = await heldBy(knex, standing)
  if (held.length > 0) return refused('roles', { operator: standing.operator?.name, held })
  await join(knex, operator, shown.operator_id)
  const all = await identitiesOf(knex, shown.operator_id)
  const done = [
    `${operator} is ${shown.name} from now on, with all that ${shown.name} may do`,
    `${shown.name} is: ${all.join(', ')}; \`link remove <identity>\` parts one again`,
  ]
  return { kind: 'change', done, changed: 1 }
}

type LinkReason = ConstructorParameters<typeof CommandError<'link-refused'>>[1]['reason']

/** What somebody who is an operator already was given: it is not to be lost, nor to be carried into another's hands. */
async function heldBy(knex: Knex, { operator, grants }: Standing): Promise<string[]> {
  if (operator === null) return []
  const own = await grantsTo(knex, { tag: 'operator', id: operator.id, name: operator.name })
  const groups = grants.filter(({ group }) => group !== null)
  return [
    ...own.map((one) => `${one.role}${where(one)}`),
    ...groups.map((one) => `${one.role} through ${one.group ?? ''}`),
  ]
}

export const linkRemove = changeCommand({
  name: 'link remove',
  summary: 'Parts one of your identities from the others; it is nobody to the bot again',
  syntax: 'link remove <identity:word>',
  examples: ['link remove slack:U7LINKED'],
  right: 'anyone',
  guarded: false,
  async plan({ identity }, { view, standing, operator }): Promise<Plan> {
    const own = standing.operator === null ? [] : await identitiesOf(view.knex, standing.operator.id)
    if (!own.includes(identity)) throw new CommandError('not-your-identity', { identity, own })
    // The last one, or the one that could join another again.
    if (identity === operator) throw new CommandError('link-refused', { reason: 'last', identity })
    return {
      targets: [],
      async run({ knex }) {
        await part(knex, identity)
        return { kind: 'change', done: [`${identity} is nobody to the bot again`], changed: 1 }
      },
    }
  },
})
