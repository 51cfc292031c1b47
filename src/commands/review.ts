// Looks at, and closes, what was done without the approval that it needed.
import { closeReview, listReviews, type Review, reviewForUpdate } from '../inventory/operators/reviews.ts'
import { standingOf } from '../inventory/operators/standing.ts'
import { instant } from '../inventory/read/instant.ts'
import { publicId, readPublicId } from '../jobs/public-id.ts'
import { type Asking, changeCommand, readCommand } from './command.ts'
import { CommandError } from './error.ts'

const MOST = 100

export const reviewList = readCommand({
  name: 'review list',
  summary:
    'What was done without an approval (`breakglass`), and which of it another admin has looked at; open ones first',
  syntax: 'review list',
  examples: ['review list'],
  async run(_args, { view }) {
    const found = await listReviews(view.knex, MOST)
    return {
      kind: 'table',
      columns: ['review', 'state', 'by', 'at', 'command', 'became', 'verdict'],
      rows: found.map((review) => [
        publicId(review.id, 'review'),
        review.closed_at === null ? 'open' : `closed by ${review.closer}`,
        review.by,
        instant(review.at),
        review.command,
        becameOf(review),
        review.verdict,
      ]),
      ...(found.length === 0 ? { more: 'nobody has broken the glass' } : {}),
    }
  },
})

const becameOf = ({ job, version }: Review): string | null =>
  job !== null ? `job ${publicId(job)}` : version !== null ? `version ${version}` : null

export const reviewClose = changeCommand({
  name: 'review close',
  summary: 'Says what was found of something that another has done without an approval; `because` is the verdict',
  syntax: 'review close <id:word>',
  examples: ['review close 1-p72 because "the rack was on fire"'],
  right: 'admin',
  guarded: false,
  async plan({ id: text }, asking) {
    const { because } = asking
    const number = readPublicId(text, 'review')
    if (number === null) throw new CommandError('unknown-review', { id: text })
    if (because === null) throw new CommandError('because-needed', { command: `review close ${text}` })
    return {
      targets: [],
      facts: { review: number },
      async run({ knex }) {
        const review = await reviewForUpdate(knex, number)
        if (!review) throw new CommandError('unknown-review', { id: text })
        const id = publicId(review.id, 'review')
        if (review.closed_at !== null)
          throw new CommandError('review-closed', { id, by: review.closer ?? '', at: review.closed_at.toISOString() })
        const closer = await closerOf(asking, review, id)
        await closeReview(knex, review.id, closer, because)
        return { kind: 'change', done: [`review ${id} is closed: ${review.by}: ${review.command}`], changed: 1 }
      },
    }
  },
})

/** Nobody closes their own, under no identity: also one that was joined to them since. Throws CommandError `own-review`. */
async function closerOf({ standing, view }: Asking, review: Review, id: string): Promise<number> {
  const closer = standing.operator?.id
  const breaker = await standingOf(view.knex, review.identity)
  if (closer === undefined || closer === review.operator_id || closer === breaker.operator?.id)
    throw new CommandError('own-review', { id })
  return closer
}
