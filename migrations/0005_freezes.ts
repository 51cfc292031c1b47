// Freezes remember the things that they were about when they began, so that a rename takes nothing out of them; and the
// audit is asked for what became of a job.
import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table freezes add column things bigint[] not null default '{}'`)
  await knex.raw('create index on audit (job) where job is not null')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index audit_job_idx')
  await knex.raw('alter table freezes drop column things')
}
