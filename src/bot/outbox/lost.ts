// Messages that could not be sent at all, for `doctor`: nobody misses what they do not know of.
import type { Knex } from 'knex'
import type { Check, Examination } from '../../commands/check.ts'

// In days.
const LATELY = 7

export function lostExamination(knex: Knex): Examination {
  return {
    name: 'messages',
    look: async () => {
      const { rows } = await knex.raw<{ rows: { chat: string; count: number; trouble: string; at: Date }[] }>(
        `select distinct on (chat) chat, count(*) over (partition by chat) as count, trouble, changed_at as at from outbox
         where state = 'lost' and changed_at > clock_timestamp() - make_interval(days => ${LATELY})
         order by chat, changed_at desc`,
      )
      return rows.map(
        ({ chat, count, trouble, at }): Check => ({
          name: `messages in ${chat}`,
          state: 'failed',
          detail: `${count} could not be sent within ${LATELY} days, the last of ${at.toISOString()}: ${trouble}`,
        }),
      )
    },
  }
}
