// What threads are told of their jobs: one message a job, edited as it goes; a new one at its end, where it stands still
// without an outcome, and where nothing has been heard of it for long.
import type { Knex } from 'knex'
import { jobReply } from '../../../commands/job-reply.ts'
import type { JobReply } from '../../../commands/reply.ts'
import { lastProgress, runWithSteps } from '../../../jobs/read.ts'
import { isSettled, type RunRow } from '../../../jobs/run.ts'
import { jobEndPost, jobPost, jobStallPost } from '../../render/posts/job-post.ts'
import { keep } from '../keep.ts'
import { PRIORITY, say } from '../outbox.ts'
import type { Draft } from '../post.ts'
import { each } from './each.ts'

const MOST = 500
// In minutes, without a step that begins or tells how far it is.
const SILENCE = 10

/** Of these runs or of all that are under way, and of those that nothing was said of yet, or not that they have ended. */
export async function tellJobs(
  knex: Knex,
  chats: readonly string[],
  changed: readonly number[] | 'all',
): Promise<void> {
  const { rows } = await knex.raw<{ rows: { id: number }[] }>(
    `select r.id from runs r where r.message ->> 'chat' <> 'terminal' and r.told is distinct from r.state
       and r.message ->> 'chat' = any(?::text[])
     union select r.id from runs r where r.id = any(?::bigint[]) and r.message ->> 'chat' = any(?::text[])
     union select r.id from runs r where ? and r.state in ('queued', 'running') and r.message ->> 'chat' = any(?::text[])
     order by id limit ${MOST}`,
    [[...chats], changed === 'all' ? [] : [...changed], [...chats], changed === 'all', [...chats]],
  )
  await each(rows, ({ id }) => knex.transaction((transaction) => tellJob(transaction, id)))
}

async function tellJob(knex: Knex, id: number): Promise<void> {
  // Before its buttons, as by those who press them: otherwise each could wait for the other.
  await knex.raw('select from runs where id = ? for update', [id])
  const found = await runWithSteps(knex, id)
  if (!found) return
  const { run } = found
  const job = jobReply(found, (await lastProgress(knex, id)) ?? undefined)
  const isOver = isSettled(run.state)
  await sayOf(knex, run, '', isOver ? PRIORITY.answer : PRIORITY.progress, jobPost(job))
  if (isOver)
    await sayOf(
      knex,
      run,
      // Once for each time that a worker has had it: marked, it goes on, and another step may be the next.
      run.state === 'unknown' ? ` unknown ${run.fence}` : ' end',
      PRIORITY.result,
      jobEndPost(job, run.operator),
    )
  await knex.raw('update runs set told = ? where id = ? and told is distinct from ?', [run.state, id, run.state])
}

/** Those that are under way and have told nothing for long, once for each silence. */
export async function tellStalls(knex: Knex, chats: readonly string[]): Promise<void> {
  const { rows } = await knex.raw<{ rows: { id: number; since: Date }[] }>(
    `select id, since from (
       select r.id, r.message ->> 'chat' as chat, greatest(
         (select max(at) from run_events where run_id = r.id),
         (select max(started_at) from run_steps where run_id = r.id), r.started_at) as since
       from runs r where r.state = 'running' and r.message ->> 'chat' = any(?::text[])) silent
     where since < clock_timestamp() - make_interval(mins => ${SILENCE}) and not exists (
       select from outbox o where o.chat = silent.chat and o.key = 'job ' || silent.id || ' stall'
         and o.changed_at > silent.since) limit ${MOST}`,
    [[...chats]],
  )
  await each(rows, async ({ id, since }) => {
    const found = await runWithSteps(knex, id)
    if (!found) return
    const job: JobReply = jobReply(found, (await lastProgress(knex, id)) ?? undefined)
    await sayOf(knex, found.run, ' stall', PRIORITY.result, jobStallPost(job, found.run.operator, since.toISOString()))
  })
}

async function sayOf(
  knex: Knex,
  { id, message, operator }: RunRow,
  which: string,
  priority: number,
  draft: Draft,
): Promise<void> {
  const { chat, thread } = message as { readonly chat: string; readonly thread: string }
  const key = `job ${id}${which}`
  const post = await keep(knex, { chat, key, answers: null }, draft)
  await say(knex, [{ chat, thread, key, priority, post, asker: operator }])
}
