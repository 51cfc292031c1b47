// Slack as a stage: the real client against the fake server, with alice, bob and carol in the channel ops.
import { SlackAdapter } from '../../../src/bot/slack/adapter.ts'
import { SCOPES } from '../../../src/bot/slack/needs.ts'
import { at, type Json, listOf, textOf } from '../slack/fake/json.ts'
import { BOT, type Message, type Whisper } from '../slack/fake/workspace.ts'
import { FakeSlack } from '../slack/server.ts'
import { open } from './backstage.ts'
import type { Line, Stage } from './play.ts'

const PEOPLE = { alice: 'U0ALICE01', bob: 'U0BOB0001', carol: 'U0CAROL01' } as const
const OPS = 'C0OPS0001'

export async function openSlack(): Promise<Stage & { end(): Promise<void> }> {
  const slack = await FakeSlack.start()
  const { workspace } = slack
  slack.web.scopes = new Set([...slack.web.scopes, ...Object.keys(SCOPES)])
  for (const [name, id] of Object.entries(PEOPLE)) {
    workspace.addUser(id, name)
    workspace.channels.get(OPS)?.members.add(id)
  }
  const mode = { tag: 'socket', appToken: 'xapp-good' } as const
  const adapter = new SlackAdapter({ botToken: 'xoxb-good', mode, apiUrl: slack.url })
  const backstage = await open(adapter, [`slack:${PEOPLE.alice}`, `slack:${PEOPLE.bob}`, `slack:${PEOPLE.carol}`])
  const nameOf = (user: string) => workspace.users.get(user) ?? user
  const idOf = (name: string) => Object.entries(PEOPLE).find(([one]) => one === name)?.[1] ?? ''
  let thread: { channel: string; root: string } | null = null

  const shown = (text: string, blocks: Json, files: readonly object[]) => [
    ...(listOf(blocks).length === 0
      ? text.split('\n').filter((line) => line !== '')
      : listOf(blocks).flatMap((block) => linesOf(block, nameOf))),
    ...files.map((file) => `(file ${textOf(at(file as Json, 'name'))})`),
  ]
  const ofMessage = (channel: string, { ts, text, blocks, files, threadTs }: Message): [string, Line] => [
    ts,
    {
      ref: `${channel} ${ts}`,
      alone: null,
      lines: [...(threadTs === null ? ['(no thread)'] : []), ...shown(text, blocks, files)],
    },
  ]
  const ofWhisper = ({ channel, ts, to, text, blocks }: Whisper): [string, Line] => [
    ts,
    { ref: `${channel} ${ts} ${to}`, alone: nameOf(to), lines: shown(text, blocks, []) },
  ]

  return {
    async type(who, where, text) {
      const said = text.replaceAll('>', '&gt;').replaceAll('@clusto', `<@${BOT.user}>`)
      const user = idOf(who)
      if (where === 'thread') {
        if (thread === null) throw new Error('there is no thread yet')
        slack.people.says(user, thread.channel, said, { thread: thread.root })
        return
      }
      const channel = where === 'direct' ? workspace.direct(user).id : OPS
      thread = { channel, root: slack.people.says(user, channel, said) }
    },
    async slash(who, where, text) {
      slack.people.slash(idOf(who), where === 'direct' ? workspace.direct(idOf(who)).id : OPS, text)
    },
    async press(who, label) {
      const all = [...workspace.messages].flatMap(([channel, messages]) =>
        messages.map(({ ts, blocks }) => ({ channel, ts, blocks })),
      )
      const whispers = workspace.whispers.map(({ channel, ts, blocks }) => ({ channel, ts, blocks }))
      const on = [...all, ...whispers]
        .sort((a, b) => a.ts.localeCompare(b.ts))
        .findLast(({ blocks }) => JSON.stringify(blocks ?? '').includes(`"text":"${label}"`))
      if (!on) throw new Error(`nothing has a button ${label}`)
      slack.people.press(idOf(who), on.channel, on.ts, label)
    },
    async submit(who, text) {
      slack.people.submits(idOf(who), text)
    },
    async quiet() {
      await slack.until(() => slack.deliveries.areAcked(), 'all is acknowledged')
      await backstage.quiet(0)
    },
    async said() {
      const messages = [...workspace.messages].flatMap(([channel, all]) =>
        all.filter(({ botId }) => botId !== null).map((message) => ofMessage(channel, message)),
      )
      return [...messages, ...workspace.whispers.map(ofWhisper)]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([, line]) => line)
    },
    async end() {
      await backstage.end()
      await slack.stop()
    },
  }
}

function wordOf(element: Json, nameOf: (user: string) => string): string {
  switch (at(element, 'type')) {
    case 'user':
      return `@${nameOf(textOf(at(element, 'user_id')))}`
    case 'date':
      return `{${textOf(at(element, 'fallback'))}}`
    case 'channel':
      return at(element, 'channel_id') === OPS ? '#ops' : `#${textOf(at(element, 'channel_id'))}`
    default:
      return textOf(at(element, 'text'))
  }
}

/** What of a block people read. */
function linesOf(block: Json, nameOf: (user: string) => string): string[] {
  const elements = listOf(at(block, 'elements'))
  switch (at(block, 'type')) {
    case 'rich_text':
      return elements.flatMap((element) => {
        const text = listOf(at(element, 'elements'))
          .map((one) => wordOf(one, nameOf))
          .join('')
        const mark = { rich_text_preformatted: '| ', rich_text_quote: '> ' }[textOf(at(element, 'type'))] ?? ''
        return text.split('\n').map((line) => `${mark}${line}`.trimEnd())
      })
    case 'actions':
      return [elements.map((one) => `[${textOf(at(one, 'text', 'text'))}]`).join(' ')]
    case 'image':
      return [`(picture: ${textOf(at(block, 'alt_text'))})`]
    case 'section':
    case 'header':
      return textOf(at(block, 'text', 'text')).split('\n')
    case 'context':
      return elements.map((one) => textOf(at(one, 'text')))
    default:
      throw new Error(`a block that nobody knows: ${JSON.stringify(block)}`)
  }
}
