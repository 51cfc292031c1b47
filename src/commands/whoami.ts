// Who the bot takes the asker for.
import { identitiesOf } from '../inventory/operators/links.ts'
import { instant } from '../inventory/read/instant.ts'
import { readCommand } from './command.ts'
import { ruleOf } from './permit.ts'
import { words } from './words.ts'

export const whoami = readCommand({
  name: 'whoami',
  summary: 'Who you are to the bot, and what you may do',
  syntax: 'whoami',
  examples: ['whoami'],
  right: 'anyone',
  async run(_args, { standing, commands, view }) {
    const { identity, operator, grants } = standing
    const others =
      operator === null ? [] : (await identitiesOf(view.knex, operator.id)).filter((one) => one !== identity)
    const lines = grants.map(
      (grant) => words`${ruleOf(grant)}${grant.until === null ? '' : words` until ${instant(grant.until)}`}`,
    )
    return {
      kind: 'lines',
      lines: [
        operator === null
          ? `${identity}: nobody has made this identity an operator`
          : `${identity} is ${operator.name}`,
        ...(others.length === 0 ? [] : [`so ${others.length === 1 ? 'is' : 'are'} ${others.join(', ')}`]),
        ...(lines.length === 0 ? ['no role'] : lines),
        `may use ${commands.length} commands`,
      ],
    }
  },
})
