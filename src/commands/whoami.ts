// Who the bot takes the asker for.
import { readCommand } from './command.ts'

export const whoami = readCommand({
  name: 'whoami',
  summary: 'Who you are to the bot, and what you may do',
  syntax: 'whoami',
  examples: ['whoami'],
  right: 'anyone',
  run(_args, { standing, commands }) {
    const { identity, operator, grants } = standing
    const lines = grants.map(({ role, scope, channel, until, group }) =>
      [
        `role ${role}`,
        ...(group === null ? [] : [`through ${group}`]),
        ...(scope === null ? [] : [`on (${scope})`]),
        ...(channel === null ? [] : [`in ${channel}`]),
        ...(until === null ? [] : [`until ${until.toISOString()}`]),
      ].join(' '),
    )
    return Promise.resolve({
      kind: 'lines',
      lines: [
        operator === null
          ? `${identity}: nobody has made this identity an operator`
          : `${identity} is ${operator.name}`,
        ...(lines.length === 0 ? ['no role'] : lines),
        `may use ${commands.length} commands`,
      ],
    })
  },
})
