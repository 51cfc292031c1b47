// Slack, as the bot sees it: what comes is made data and handed to the front, what is to be said is drawn and sent.
import { webApi } from '@slack/bolt'
import type { Check } from '../../commands/check.ts'
import type { Adapter, Front } from '../adapter.ts'
import type { SlackSetting } from '../config.ts'
import type { Attached, Incoming } from '../inbox/incoming.ts'
import { SendTrouble } from '../outbox/chat.ts'
import type { Post } from '../outbox/post.ts'
import { Absence } from './absence.ts'
import { slackMessage } from './blocks.ts'
import { CatchUp } from './catch-up.ts'
import { Channels } from './channels.ts'
import { checkSlack, heardCheck, socketCheck } from './check.ts'
import { download, isSlacks } from './download.ts'
import type { Ear, EarOptions } from './ear.ts'
import { type Heard, heardIn, type Self } from './events.ts'
import { formView } from './form.ts'
import { GROUPS_SCOPE, groupsRefused, isGroupsRefused, readGroup, readGroups } from './groups.ts'
import { HttpEar } from './http-ear.ts'
import { LIMITS } from './limits.ts'
import { PATIENCE } from './patience.ts'
import { pause } from './pause.ts'
import { Responses } from './responses.ts'
import { SocketEar } from './socket-ear.ts'
import { Standing } from './standing.ts'
import { readRef, readThread, threadOfOwn, threadOn } from './thread.ts'
import { Threads } from './threads.ts'
import { isDismissal, refusalOf, restOf } from './trouble.ts'
import { Uploads } from './uploads.ts'
import { Voice } from './voice.ts'
import { clientOptions, type Web, webOf } from './web.ts'

// In milliseconds: what is being asked is given so long at the end.
const GRACE = 2000

/** What there is once Slack knows us. */
interface Live {
  readonly voice: Voice
  readonly ear: Ear
}

export class SlackAdapter implements Adapter {
  readonly name = 'slack'
  readonly limits = LIMITS
  readonly #setting: SlackSetting
  readonly #patience: typeof PATIENCE
  readonly #web: Web
  readonly #responses: Responses
  readonly #standing: Standing
  readonly #stop = new AbortController()
  /** Ends every request. */
  readonly #cut = new AbortController()
  readonly #background = new Set<Promise<void>>()
  /** Slack does not say who is in its groups. */
  #isBlind = false
  #front: Front | null = null
  #live: Live | null = null
  #ended: Promise<void> | null = null

  constructor(setting: SlackSetting, patience = PATIENCE) {
    this.#setting = setting
    this.#patience = patience
    this.#web = webOf(setting, patience, this.#cut.signal)
    this.#responses = new Responses((url) => isSlacks(url, setting.apiUrl))
    this.#standing = new Standing(this.#web.client, patience, (error) => this.#troubled(error))
  }

  /** Where Slack cannot be reached for long, it answers and goes on trying: the bot has more to do. */
  async start(front: Front): Promise<void> {
    const { signal } = this.#stop
    const opening = this.#open(front)
    const isLate = await Promise.race([
      opening.then(() => false),
      pause(this.#patience.start, signal).then(() => !signal.aborted),
    ])
    if (isLate) this.#inBackground(() => this.#goOn(opening, front))
    else await opening
  }

  /** What is refused now is only told: it was not when the bot began. */
  async #goOn(begun: Promise<void>, front: Front): Promise<void> {
    const { signal } = this.#stop
    for (let opening = begun; ; opening = this.#open(front)) {
      try {
        return await opening
      } catch (error) {
        this.#troubled(error)
        await pause(this.#patience.slow, signal)
        if (signal.aborted) return
      }
    }
  }

  /** Throws BotError `chat-refused`. */
  async #open(front: Front): Promise<void> {
    this.#front = front
    const { client, uploader } = this.#web
    const self = await this.#standing.introduce(this.#stop.signal)
    this.#stop.signal.throwIfAborted()
    const uploads = new Uploads(uploader, (id) => front.file(id))
    const voice = new Voice({
      ...{ client, threads: new Threads(client, self), channels: new Channels(client), uploads },
      ...{ responses: this.#responses, signal: this.#stop.signal },
    })
    const absence = new Absence({
      ...{ front, patience: this.#patience, signal: this.#stop.signal, isHearing: () => this.isHearing() },
      catchUp: new CatchUp({ client, self, take: (incoming) => front.take(incoming) }),
      onTrouble: (error) => this.#troubled(error),
    })
    const ear = this.#earFor({
      take: (body) => this.#take(body, front, self),
      onBack: (gap) => {
        this.#inBackground(() => absence.gap(gap))
        // Who has left a group meanwhile is not told again.
        this.#inBackground(() => this.#readGroups(front, null))
      },
      onTrouble: (error) => this.#troubled(error),
    })
    this.#live = { voice, ear }
    await ear.start()
    this.#inBackground(() => absence.started())
    this.#inBackground(() => absence.keepMark())
    this.#inBackground(() => this.#keepGroups(front))
    this.#inBackground(() => this.#standing.keep(this.#stop.signal))
  }

  #earFor(options: EarOptions): Ear {
    const { mode, apiUrl } = this.#setting
    switch (mode.tag) {
      case 'socket':
        return new SocketEar({ ...options, appToken: mode.appToken, apiUrl, patience: this.#patience })
      case 'http':
        return new HttpEar({ ...options, signingSecret: mode.signingSecret, port: mode.port })
      default:
        return mode satisfies never
    }
  }

  stop(): Promise<void> {
    this.#ended ??= this.#end()
    return this.#ended
  }

  async #end(): Promise<void> {
    this.#stop.abort()
    const late = setTimeout(() => this.#cut.abort(), GRACE)
    await this.#live?.ear.stop()
    await Promise.allSettled(this.#background)
    clearTimeout(late)
    this.#cut.abort()
  }

  isHearing(): boolean {
    return this.#standing.isGood && this.#live?.ear.isHearing() === true
  }

  speaks(): boolean {
    return this.#standing.isGood && this.#live !== null
  }

  async check(): Promise<readonly Check[]> {
    return checkSlack(this.#web.client, () => this.#eventsCheck())
  }

  async #eventsCheck(): Promise<readonly Check[]> {
    const { mode, apiUrl } = this.#setting
    if (this.#live !== null) return [heardCheck(this.isHearing())]
    if (mode.tag === 'http') return []
    return [
      await socketCheck(
        new webApi.WebClient(mode.appToken, clientOptions(apiUrl, this.#patience.answer, this.#cut.signal)),
      ),
    ]
  }

  async download(file: Attached): Promise<Uint8Array> {
    return download(this.#web.client, this.#setting, file)
  }

  channelOf(thread: string): string {
    return readThread(thread).channel
  }

  threadIn(channel: string, of: string): string {
    return threadOfOwn(channel.replace(/^#/, ''), of)
  }

  threadBelow(ref: string): string {
    const { channel = '', ts = '' } = readRef(ref) ?? {}
    return threadOn(channel, ts)
  }

  async post(thread: string, post: Post, nonce: string, first: string | null): Promise<string> {
    return this.#speaking((voice) => voice.post(thread, post, nonce, first))
  }

  async edit(ref: string, post: Post): Promise<void> {
    return this.#speaking((voice) => voice.edit(ref, post))
  }

  async find(thread: string, nonce: string, first: string | null): Promise<string | null> {
    return this.#speaking((voice) => voice.find(thread, nonce, first))
  }

  /** Throws SendTrouble. */
  async #speaking<T>(say: (voice: Voice) => Promise<T>): Promise<T> {
    if (this.#live === null) throw new SendTrouble({ tag: 'passing', reason: 'Slack does not know the bot yet' })
    try {
      return await say(this.#live.voice)
    } catch (error) {
      if (error instanceof Error && isDismissal(error.cause)) this.#standing.dismissed(error.cause)
      throw error
    }
  }

  /** Stored when it answers: then it is acknowledged. */
  async #take(body: unknown, front: Front, self: Self): Promise<void> {
    const heard = heardIn(body, self, new Date())
    switch (heard.tag) {
      case 'incoming':
        if (heard.response !== null) this.#responses.keep(heard.response)
        return this.#taken(heard.incoming, front)
      case 'overheard':
        return (await front.wants(heard.incoming.thread)) ? front.take(heard.incoming) : undefined
      case 'press':
        return this.#pressed(heard, front)
      case 'home':
        return this.#inBackground(() => this.#showHome(heard.user, front))
      case 'group':
        return this.#inBackground(() => this.#readGroups(front, heard.id))
      case 'dismissed':
        return this.#inBackground(() => this.#standing.look())
      case 'nothing':
        return
      default:
        heard satisfies never
    }
  }

  async #taken(incoming: Incoming, front: Front): Promise<void> {
    await front.take(incoming)
    // On the home page nothing else tells that it was pressed.
    if (incoming.kind !== 'press' || incoming.card !== null) return
    this.#inBackground(async () => {
      await pause(this.#patience.home, this.#stop.signal)
      if (!this.#stop.signal.aborted) await this.#showHome(incoming.author.replace(/^slack:/, ''), front)
    })
  }

  /** A form is opened and nothing else: what stands in it is the press. */
  async #pressed({ incoming, trigger }: Extract<Heard, { tag: 'press' }>, front: Front): Promise<void> {
    const form = trigger === null ? null : await front.formOf(incoming.button, incoming.author)
    if (form === null || trigger === null) return this.#taken(incoming, front)
    this.#inBackground(async () => {
      try {
        await this.#web.client.views.open({ trigger_id: trigger, view: formView(form, incoming) })
      } catch (error) {
        // Slack had told of the press before: the form is open, or it came too late and is pressed again.
        if (!/trigger/.test(refusalOf(error) ?? '')) throw error
      }
    })
  }

  async #showHome(user: string, front: Front): Promise<void> {
    const { blocks } = slackMessage(await front.home(`slack:${user}`), [])
    await this.#web.client.views.publish({ user_id: user, view: { type: 'home', blocks } })
  }

  /** What is told of them may be missed, and that they may not be read any more is told by nobody. */
  async #keepGroups(front: Front): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await this.#readGroups(front, null)
      await pause(this.#patience.groups, signal)
    }
  }

  /** Until it has been done: nothing else tells the bot who is in them. */
  async #readGroups(front: Front, id: string | null): Promise<void> {
    const { signal } = this.#stop
    for (let isTold = false; !signal.aborted; isTold = true) {
      try {
        return await this.#members(front, id)
      } catch (error) {
        // Not every workspace has groups, and one that is asked for may be gone.
        if (refusalOf(error) !== null && restOf(error) === null && !isDismissal(error)) return
        if (!isTold && restOf(error) === null) this.#troubled(error)
        await pause(restOf(error) ?? this.#patience.again, signal)
      }
    }
  }

  /** Where Slack does not say who is in its groups nobody is: who has left one keeps nothing that was given to it. */
  async #members(front: Front, id: string | null): Promise<void> {
    const { client } = this.#web
    const setMembers: Front['setMembers'] = (group, identities) => front.setMembers(group, identities)
    try {
      await (id === null ? readGroups(client, setMembers) : readGroup(client, id, setMembers))
      this.#isBlind = false
    } catch (error) {
      if (!isGroupsRefused(error)) throw error
      await front.emptyGroups(this.name)
      if (!this.#isBlind && !this.#standing.lacks(GROUPS_SCOPE)) this.#troubled(groupsRefused(error))
      this.#isBlind = true
    }
  }

  #troubled(error: unknown): void {
    if (isDismissal(error)) this.#standing.dismissed(error)
    else if (!this.#stop.signal.aborted) this.#front?.trouble(this.name, error)
  }

  #inBackground(work: () => Promise<void>): void {
    const done = work().catch((error: unknown) => this.#troubled(error))
    this.#background.add(done)
    void done.finally(() => this.#background.delete(done))
  }
}
