// An answer in its two forms: text for a person, one line of JSON for a program.
import type { AttributeCell, Failed, JobReply, Reply, ThingInfo, ValueCell } from '../../commands/reply.ts'
import { plainWords } from '../../commands/words.ts'
import { isSettled } from '../../jobs/run.ts'
import type { Answer } from '../message.ts'
import { jobReason, jobVerdict } from './job-words.ts'
import { type Json, jsonText } from './json.ts'
import { messageText, refusalText, say } from './refusal.ts'
import { replyText } from './reply.ts'
import type { Look } from './table.ts'

export function answerText(answer: Answer, look: Look): string {
  return answer.tag === 'done'
    ? replyText(answer.reply, answer.version, look)
    : refusalText(answer.refusal, answer.command, look)
}

/** The line of `--json`, without its line break; see LANGUAGE, section 4. */
export function answerJson(answer: Answer): string {
  const { command } = answer
  if (answer.tag === 'refused') {
    const said = say(answer.refusal, command)
    const error = {
      code: answer.refusal.code,
      message: messageText(said),
      position: said.position ?? null,
      suggestions: said.suggestions ?? [],
    }
    return jsonText({ command, ok: false, error })
  }
  const { reply, version } = answer
  const text = replyText(reply, version, { width: Number.POSITIVE_INFINITY, colour: false })
  const warned = (reply.warnings ?? []).map(({ kind, name, suggestions }) => ({ kind, name, suggestions }))
  const warnings = warned.length === 0 ? undefined : warned
  const said = { kind: reply.kind, text, data: replyData(reply, version), warnings }
  if (reply.kind !== 'job' || !isFailedJob(answer)) return jsonText({ command, ok: true, ...said })
  const error = { code: `job-${reply.state}`, message: jobVerdict(reply), position: null, suggestions: [] }
  return jsonText({ command, ok: false, error, ...said })
}

/** Whether a job that this command has started, and that was waited for, did not come to a good end. */
export function isFailedJob({ reply }: Extract<Answer, { tag: 'done' }>): boolean {
  return reply.kind === 'job' && reply.isNew === true && isSettled(reply.state) && reply.state !== 'done'
}

/** Said only where it is so. */
const cappedWhere = (more: string | undefined): true | undefined => (more === undefined ? undefined : true)

function replyData(reply: Reply, version: number | null): Json {
  switch (reply.kind) {
    case 'things': {
      const things = reply.things.map(({ name, type, driver }) => ({ name, type, driver }))
      const made = reply.version === undefined ? undefined : version
      return { things, total: reply.total, capped: reply.capped, version: made }
    }
    case 'count':
      return { count: reply.count, groups: reply.groups && { ...reply.groups } }
    case 'info':
      return { things: reply.things.map(infoData), total: reply.total, capped: reply.capped }
    case 'values':
      return { rows: reply.rows.map(valueData), capped: cappedWhere(reply.more) }
    case 'lines':
      return { lines: reply.lines.map(plainWords) }
    case 'table':
      return { columns: reply.columns, rows: reply.rows, capped: cappedWhere(reply.more) }
    case 'change':
      return { version, changed: reply.changed, ...reply.chosen, failed: reply.failed?.map(failedData) }
    case 'history':
      return {
        entries: reply.entries.map(({ version, at, by, command, because, job, changes }) => ({
          version,
          at,
          by,
          command,
          because: because ?? undefined,
          job: job ?? undefined,
          changes,
        })),
      }
    case 'proposal': {
      const { id, hash, targets, effects, needs, level, impact, typed, expires, approvers, means, looked } = reply
      const card = { id, hash, targets, effects, needs, level, impact, typed, expires, approvers }
      const asked = looked === undefined ? {} : { command: reply.command, by: reply.by, ...looked }
      return { ...card, ...asked, ...(means === null ? {} : { means }) }
    }
    case 'job':
      return jobData(reply)
    case 'file':
      return { path: reply.path, mediaType: reply.mediaType }
    default:
      return reply satisfies never
  }
}

function failedData({ item, refusal }: Failed): Json {
  const said = say(refusal, item)
  return { item, code: refusal.code, message: messageText(said), suggestions: said.suggestions ?? [] }
}

function jobData(job: JobReply): Json {
  const { id, state, steps, about } = job
  return {
    id,
    state,
    steps: steps.map(({ name, state, attempt, started, ended, error, percent }) => ({
      name,
      state,
      attempt,
      started,
      ended,
      error,
      percent,
    })),
    reason: jobReason(job) ?? undefined,
    command: about?.command,
    by: about?.by,
  }
}

function attributeData({ key, subkey, number, value, type }: AttributeCell) {
  return { key, subkey, number, value, type }
}

function valueData(row: ValueCell): Json {
  return { thing: row.thing, ...attributeData(row), from: row.from }
}

function infoData(thing: ThingInfo): Json {
  const { name, type, driver, attrs, parents, contents, ips, ports, memberships, stock } = thing
  return {
    name,
    type,
    driver,
    attrs: attrs.map(attributeData),
    parents,
    contents,
    ips,
    ports: ports.map(({ type, number, peer, peerPort }) => ({ type, number, peer, peerPort })),
    memberships: memberships.map(({ name, type, through }) => ({ name, type, through })),
    free: stock?.free,
    next: stock?.next ?? undefined,
  }
}
