// A job as it goes on: what progress messages and the terminal's bar are made of.
import { jobReply } from '../commands/job-reply.ts'
import { decide } from '../commands/permit.ts'
import type { JobReply } from '../commands/reply.ts'
import { standingOf } from '../inventory/operators/standing.ts'
import { readPublicId } from '../jobs/public-id.ts'
import type { Told } from '../jobs/told.ts'
import { watch } from '../jobs/watch.ts'
import type { Bot } from './pipeline.ts'

/**
 * As it is, and again after each change, the last time when it stands still. Nothing where there is no such job, or where
 * the operator may not ask for it.
 */
export async function* follow(
  { inventory }: Pick<Bot, 'inventory'>,
  job: string,
  operator: string,
  signal: AbortSignal,
): AsyncGenerator<JobReply> {
  const { knex } = inventory.database
  const id = readPublicId(job)
  const decision = decide(await standingOf(knex, operator), { name: 'job', right: 'read' }, null)
  if (id === null || decision.tag === 'denied') return
  let told: Told | undefined
  for await (const seen of watch(knex, id, { signal })) {
    told = seen.events.findLast(({ kind }) => kind === 'progress') ?? told
    yield jobReply(seen, told)
  }
}
