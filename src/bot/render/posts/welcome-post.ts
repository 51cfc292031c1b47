// What the bot says to somebody who has called it and typed nothing: a few examples of what they may type, and `help`.
import type { Command } from '../../../commands/command.ts'
import type { Draft } from '../../outbox/post.ts'
import { counted } from '../said.ts'
import { body, tell } from './tell.ts'

// Those that are asked first; the first example of each that they may use is shown.
const SHOWN = ['find', 'locate', 'count', 'attr set', 'power status', 'jobs', 'pending']

/** `commands`: those that they may use. */
export function welcomePost(identity: string, commands: readonly Command[]): Draft {
  const examples = SHOWN.flatMap((name) => commands.find((command) => command.name === name)?.examples[0] ?? [])
  const isStranger = examples.length === 0
  const lines = isStranger
    ? [
        `Nobody has given you a role yet. An admin does it with \`grant reader to ${identity}\`.`,
        '`whoami` says who you are to me, and `help` what you may type until then.',
      ]
    : [
        ...examples.map((example) => `\`${example}\``),
        `\`help\` lists the ${counted(commands.length, 'command')} that you may use, \`help locate\` tells more about one.`,
        '`plan` before a command says what it would do, and does nothing.',
      ]
  return {
    ...tell({
      title: isStranger
        ? 'I run this datacenter, for its operators.'
        : 'I run this datacenter. You can ask, for example:',
      quote: null,
      body: body(lines, 'text'),
      notes: [],
      buttons: [],
      whole: { name: 'help', ending: 'txt', text: () => lines.join('\n') },
    }),
    privateTo: isStranger ? identity : null,
  }
}
