// What the people of the fake Slack do, and what Slack tells the bot of it.
import type { Kind } from './deliveries.ts'
import { at, type Fields, type Json, listOf, textOf } from './json.ts'
import { BOT, type Message, type Workspace } from './workspace.ts'

export class People {
  readonly triggers = new Map<string, string>()
  /** Each event is told so many times, the later ones under other ids where `isMixed`. */
  copies = { count: 1, isMixed: false }
  readonly #workspace: Workspace
  readonly #url: () => string
  readonly #deliver: (kind: Kind, payload: Fields) => void
  #count = 0

  constructor(workspace: Workspace, url: () => string, deliver: (kind: Kind, payload: Fields) => void) {
    this.#workspace = workspace
    this.#url = url
    this.#deliver = deliver
  }

  /** Types a message; answers with its time stamp. */
  says(
    user: string,
    channel: string,
    text: string,
    {
      thread = null,
      files = [],
      isHeard = true,
    }: { thread?: string | null; files?: readonly Fields[]; isHeard?: boolean } = {},
  ): string {
    const more = { blocks: null, metadata: null, clientMsgId: null, files, botId: null }
    const message = this.#workspace.add(channel, { user, text, threadTs: thread, ...more })
    if (isHeard) this.#tell(channel, message)
    return message.ts
  }

  #tell(channel: string, message: Message): void {
    const event = { ...this.#workspace.shown(channel, message, false), channel, event_ts: message.ts }
    const type = this.#typeOf(channel)
    if (type !== 'im' && message.text.includes(`<@${BOT.user}>`)) this.event({ ...event, type: 'app_mention' })
    const subtype = message.files.length > 0 ? { subtype: 'file_share' } : {}
    this.event({ ...event, ...subtype, type: 'message', channel_type: type })
  }

  edits(channel: string, ts: string, text: string): void {
    const message = this.#workspace.message(channel, ts)
    if (!message) throw new Error('no such message')
    const before = this.#workspace.shown(channel, message, false)
    message.text = text
    message.edited = this.#workspace.ts()
    this.#changed(channel, message, before)
  }

  /** Slack adds what a link shows: nobody has typed anything. */
  unfurls(channel: string, ts: string): void {
    const message = this.#workspace.message(channel, ts)
    if (!message) throw new Error('no such message')
    this.#changed(channel, message, this.#workspace.shown(channel, message, false))
  }

  #changed(channel: string, message: Message, before: Fields): void {
    this.event({
      ...{ type: 'message', subtype: 'message_changed', hidden: true, channel, channel_type: this.#typeOf(channel) },
      ...{
        ts: this.#workspace.ts(),
        message: this.#workspace.shown(channel, message, false),
        previous_message: before,
      },
    })
  }

  slash(user: string, channel: string, text: string): string {
    const trigger = this.#trigger(user)
    const name = this.#workspace.channels.get(channel)?.name || 'directmessage'
    this.#deliver('slash_commands', {
      ...{ token: 'x', team_id: BOT.team, api_app_id: BOT.app, command: '/clusto', text },
      ...{ user_id: user, user_name: this.#workspace.users.get(user) ?? '', channel_id: channel, channel_name: name },
      ...{ trigger_id: trigger, response_url: `${this.#url()}response/${trigger}` },
    })
    return trigger
  }

  /** Presses a button of a message by its label. */
  press(user: string, channel: string, ts: string, label: string): void {
    const message = this.#workspace.message(channel, ts)
    const whisper = this.#workspace.whispers.find((one) => one.channel === channel && one.ts === ts)
    const thread = message?.threadTs ?? whisper?.threadTs ?? null
    const container = { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: whisper !== undefined }
    this.#pressed(user, message?.blocks ?? whisper?.blocks ?? null, label, {
      container: thread === null ? container : { ...container, thread_ts: thread },
      channel: { id: channel },
      ...(message ? { message: this.#workspace.shown(channel, message, false) } : {}),
    })
  }

  pressHome(user: string, label: string): void {
    const blocks = at(this.#workspace.homes.get(user), 'blocks')
    this.#pressed(user, blocks, label, { container: { type: 'view', view_id: 'VHOME' } })
  }

  #pressed(user: string, blocks: Json, label: string, where: Fields): void {
    const button = buttonsOf(blocks).find((one) => at(one, 'text', 'text') === label)
    if (!button) throw new Error(`no button ${label}`)
    const [action, value] = [at(button, 'action_id'), at(button, 'value')]
    this.#deliver('interactive', {
      ...{ type: 'block_actions', user: { id: user }, trigger_id: this.#trigger(user), ...where },
      actions: [{ type: 'button', action_id: action, value, action_ts: this.#workspace.ts() }],
    })
  }

  /** Fills in the last form that was opened for them, and sends it. */
  submits(user: string, typed: string): void {
    const opened = [...this.#workspace.views.values()].findLast((one) => one.user === user)
    if (!opened) throw new Error('no form')
    const input = listOf(at(opened.view, 'blocks')).find((block) => at(block, 'type') === 'input')
    const [block, action] = [textOf(at(input, 'block_id')), textOf(at(input, 'element', 'action_id'))]
    const state = { values: { [block]: { [action]: { type: 'plain_text_input', value: typed } } } }
    this.#deliver('interactive', { type: 'view_submission', user: { id: user }, view: { ...opened.view, state } })
  }

  opensHome(user: string): void {
    const channel = this.#workspace.direct(user).id
    this.event({ type: 'app_home_opened', user, channel, tab: 'home', event_ts: this.#workspace.ts() })
  }

  event(event: Fields): void {
    const { count, isMixed } = this.copies
    const id = `Ev${++this.#count}`
    for (let copy = 0; copy < count; copy++)
      this.#deliver('events_api', {
        ...{ type: 'event_callback', team_id: BOT.team, api_app_id: BOT.app, event },
        ...{ event_id: isMixed && copy > 0 ? `Ev${++this.#count}` : id, event_time: Math.floor(Date.now() / 1000) },
      })
  }

  #trigger(user: string): string {
    const id = `${++this.#count}.${Date.now()}.trigger`
    this.triggers.set(id, user)
    return id
  }

  #typeOf(channel: string): string {
    const kind = this.#workspace.channels.get(channel)?.kind ?? 'public'
    return { public: 'channel', private: 'group', im: 'im', mpim: 'mpim' }[kind]
  }
}

/** The buttons among blocks. */
export function buttonsOf(blocks: Json): readonly Json[] {
  const elements = listOf(blocks).flatMap((block) => [...listOf(at(block, 'elements')), at(block, 'accessory')])
  return elements.filter((one) => at(one, 'type') === 'button')
}
