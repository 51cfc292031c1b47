// Whatever is in an answer, both platforms take its message, nobody is called, and all of it can be read somewhere.
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { discordMessage } from '../../../../src/bot/discord/message.ts'
import type { Answer } from '../../../../src/bot/message.ts'
import type { Draft, Post } from '../../../../src/bot/outbox/post.ts'
import { answerPost } from '../../../../src/bot/render/posts/answer-post.ts'
import { jobEndPost, jobStallPost } from '../../../../src/bot/render/posts/job-post.ts'
import { noticePost } from '../../../../src/bot/render/posts/notice-post.ts'
import { latePost, offerPost } from '../../../../src/bot/render/posts/offer-post.ts'
import { proposalPost, reminderPost } from '../../../../src/bot/render/posts/proposal-post.ts'
import { cellText } from '../../../../src/bot/render/table.ts'
import { safe, widthOf } from '../../../../src/bot/render/width.ts'
import { slackMessage } from '../../../../src/bot/slack/blocks.ts'
import type { Cell, JobReply, ProposalReply, Reply, ThingInfo } from '../../../../src/commands/reply.ts'
import { plainWords, type Word, type Words } from '../../../../src/commands/words.ts'
import { discordFaults, discordText, slackFaults, slackText } from './limits.ts'

const RUNS = Number(process.env.RUNS ?? 40)
// In milliseconds, on a machine that is busy.
const TIMEOUT = Math.max(120_000, RUNS * 1000)
const ABOUT = { asker: 'slack:U1', quote: null }

/** As `keep` makes it, with each page shown. */
function postsOf(draft: Draft): Post[] {
  const { pages } = draft
  const buttons = draft.buttons.map(({ label, style, action }, at) => ({
    ...{ id: `b${at}`, label, style },
    opensForm: action.tag === 'form',
  }))
  const files = draft.files.map(({ name, mediaType, alt, content }, at) => ({
    ...{ id: `f${at}`, name, mediaType, alt, size: content.length },
  }))
  const post = { ...draft, buttons, files, answers: null }
  if (pages === null) return [post]
  return pages.texts.map((_, at) => ({ ...post, pages: { texts: pages.texts, at } }))
}

/** What both platforms would refuse or misread. */
function faultsOf(draft: Draft): string[] {
  const neutral = [
    ...(widthOf(draft.title) > 200 || /[\r\n]/.test(draft.title) ? ['a title of more than a line'] : []),
    ...((draft.pages?.texts.length ?? 0) > 20 ? ['more than 20 pages'] : []),
    ...(draft.pages?.texts.some((page) => page.split('\n').length > 15) ? ['a page of more than 15 lines'] : []),
    ...(draft.files.some(({ content }) => content.length > 10_000_000) ? ['a file that is too large'] : []),
    ...(draft.files.some(({ name }) => !/^[^/\\\p{Cc}]{1,150}$/u.test(name)) ? ['a bad file name'] : []),
    ...(draft.buttons.length > 25 ? ['too many buttons'] : []),
    ...(isKeepable({ ...draft, files: [] }) ? [] : ['what no database keeps']),
  ]
  const drawn = postsOf(draft).flatMap((post) => {
    const pictures = post.files.filter(({ alt }) => alt !== null).map((file) => ({ file, slackId: 'F1' }))
    const [slack, discord] = [slackMessage(post, pictures), discordMessage(post)]
    // What is in the post can be read in what is drawn of it.
    const words = [post.title, ...post.parts.map(({ text }) => text), post.pages?.texts[post.pages.at] ?? '']
    const lost = (text: string) => words.filter((word) => !bare(text).includes(bare(word)))
    return [
      ...slackFaults(slack, post),
      ...discordFaults(discord, post),
      ...lost(slackText(slack.blocks)).map((word) => `slack does not show ${JSON.stringify(word)}`),
      ...lost(discordText(discord)).map((word) => `discord does not show ${JSON.stringify(word)}`),
    ]
  })
  return [...new Set([...neutral, ...drawn])]
}

/** No NUL, no half of a character: Postgres takes neither. */
function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return !/[\0\p{Cs}]/u.test(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isKeepable)
}

/** Without what may be broken or drawn as something else. */
const bare = (text: string): string => text.replace(/[\s`\u200b>]/g, '')

/** All that can be read of a draft: in the message, on its pages, in its files. */
function readable({ title, parts, pages, files }: Draft): string {
  const inFiles = files
    .filter(({ mediaType }) => /^text\/|gzip/.test(mediaType))
    .map(({ name, content }) => {
      const text = new TextDecoder().decode(name.endsWith('.gz') ? gunzipSync(content) : content)
      return /\.csv(\.gz)?$/.test(name) ? text.replaceAll('""', '"') : text
    })
  return bare([title, ...parts.map(({ text }) => text), ...(pages?.texts ?? []), ...inFiles].join('\n'))
}

function expectAll(draft: Draft, texts: readonly string[]): void {
  expect(faultsOf(draft)).toEqual([])
  const all = readable(draft)
  expect(texts.filter((text) => !all.includes(bare(safe(text)))).map((text) => text.slice(0, 200))).toEqual([])
}

const NASTY = [
  ...[
    '@everyone',
    '@here',
    '<@80351110224678912>',
    '<@U012AB3CD>',
    '<#C1>',
    '<!channel>',
    '<!here|x>',
    '<@&123>',
    '&lt;',
    '&',
  ],
  ...[
    '```',
    '`',
    '``',
    '````',
    '~~~',
    '**b**',
    '__u__',
    '_i_',
    '~~s~~',
    '||spoiler||',
    '# h',
    '-# h',
    '- a',
    '1. a',
    '> q',
  ],
  ...[
    '[a](https://x.example/)',
    '<https://x.example|y>',
    'https://x.example/a_b_c',
    '<t:1:R>',
    '<:a:1>',
    '</x:1>',
    ':smile:',
  ],
  ...[
    '\u202e',
    '\u200f',
    '\u200b',
    '\u0000',
    '\u001b[31m',
    '\r\n',
    '\n',
    '\t',
    '\ud800',
    '\udc00',
    '\u2028',
    '\ufeff',
    '\u3164',
  ],
  ...[
    '😀',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    'e\u0301',
    '\u0300'.repeat(50),
    'שלום',
    'مرحبا',
    '日本',
    'ａ',
    'ß',
    ' ',
    '\\',
    '\\\\',
    '"',
    "'",
    ',',
    '=1+1',
  ],
  ...['web01', 'a'.repeat(60), 'word '.repeat(30)],
]
const nasty = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NASTY) }, fc.string({ unit: 'binary', maxLength: 12 })), {
    maxLength: 30,
  })
  .map((pieces) => pieces.join(''))
const long = fc
  .tuple(nasty, fc.integer({ min: 1, max: 3000 }))
  .map(([text, times]) => text.repeat(times).slice(0, 20_000))
const text = fc.oneof({ weight: 6, arbitrary: nasty }, { weight: 1, arbitrary: long })
const instant = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => ({
  instant: new Date(seconds * 1000 + 7).toISOString(),
}))
const channel = fc.constantFrom('#C0OPS0001', '#80351110224678912', '#ops', '#<!channel>', '#1> @everyone', '#')
/** A line, with what a chat shows in a way of its own between the words. */
const line: fc.Arbitrary<Words> = fc.oneof(
  text,
  fc.array(
    fc.oneof<fc.Arbitrary<Word>[]>(
      nasty,
      instant,
      channel.map((name) => ({ channel: name })),
    ),
    { maxLength: 8 },
  ),
)
const cell: fc.Arbitrary<Cell> = fc.oneof(
  instant,
  { weight: 5, arbitrary: text },
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  nasty.map((value) => ({ json: JSON.stringify({ a: value }) })),
)
const many = <T>(of: fc.Arbitrary<T>) =>
  fc.oneof(fc.array(of, { maxLength: 4 }), fc.array(of, { minLength: 10, maxLength: 60 }))
const table = fc
  .integer({ min: 1, max: 8 })
  .chain((width) =>
    fc.tuple(
      fc.array(nasty, { minLength: width, maxLength: width }),
      many(fc.array(cell, { minLength: width, maxLength: width })),
    ),
  )

interface Case {
  readonly reply: Reply
  readonly texts: readonly string[]
}

const thing = (name: string, type = 'server', driver = 'server') => ({ name, type, driver })
const attribute = fc.record({
  key: fc.constantFrom('env', 'a_b'),
  subkey: fc.constant(null),
  number: fc.constant(null),
  value: cell,
  type: fc.constant('text'),
})
const info = fc.tuple(text, many(text), many(attribute)).map(
  ([name, contents, attrs]): ThingInfo => ({
    ...thing(name),
    ...{ operations: ['power'], attrs, parents: [], contents, ips: [], ports: [], place: null, memberships: [] },
  }),
)
const step = fc.tuple(nasty, text, fc.constantFrom('done', 'failed', 'running', 'pending')).map(
  ([name, error, state]) =>
    ({
      ...{ name, state, error, attempt: 1, started: null, ended: null, percent: null, text: null },
    }) as const,
)
const job = fc.tuple(text, many(step), fc.constantFrom('queued', 'running', 'done', 'failed')).map(
  ([command, steps, state]): JobReply => ({
    ...{
      kind: 'job',
      id: '812-k7f',
      state,
      steps,
      reason: state === 'failed' ? { code: 'step-failed', step: 'install', error: command } : null,
    },
    about: {
      command,
      by: 'slack:U1',
      name: 'alice',
      because: null,
      proposal: null,
      retryOf: null,
      created: '2026-11-29T12:00:00Z',
      ended: null,
    },
  }),
)
const proposal = fc.tuple(text, many(text), many(text), fc.option(nasty), fc.constantFrom('confirm', 'destroy')).map(
  ([command, effects, names, typed, level]): ProposalReply => ({
    ...{
      kind: 'proposal',
      id: '7-xm2',
      level,
      command,
      means: null,
      by: 'alice',
      hash: 'a'.repeat(64),
      targets: names,
      effects,
      impact: [],
    },
    ...{ needs: 1, typed, expires: '2026-11-29T12:00:00Z', approvers: names },
  }),
)

const replies: readonly (readonly [string, fc.Arbitrary<Case>])[] = [
  [
    'things',
    many(text).map((names) => ({
      reply: { kind: 'things', things: names.map((name) => thing(name)), total: names.length, capped: false },
      texts: names,
    })),
  ],
  [
    'count',
    fc.tuple(nasty, many(fc.tuple(nasty, fc.nat()))).map(([by, groups]) => ({
      reply: { kind: 'count', count: 3, by, groups: Object.fromEntries(groups) },
      texts: groups.map(([value]) => value),
    })),
  ],
  [
    'info',
    fc.array(info, { maxLength: 4 }).map((things) => ({
      reply: { kind: 'info', things, total: things.length, capped: false },
      texts: things.flatMap(({ name, contents, attrs }) => [
        name,
        ...contents,
        ...attrs.map(({ value }) => cellText(value)),
      ]),
    })),
  ],
  [
    'values',
    many(fc.tuple(nasty, attribute)).map((rows) => ({
      reply: { kind: 'values', rows: rows.map(([name, row]) => ({ ...row, thing: name })) },
      texts: rows.flatMap(([name, row]) => [name, cellText(row.value)]),
    })),
  ],
  ['lines', many(line).map((lines) => ({ reply: { kind: 'lines', lines }, texts: lines.map(plainWords) }))],
  [
    'table',
    fc.tuple(table, nasty).map(([[columns, rows], more]) => ({
      reply: { kind: 'table', columns, rows, more },
      texts: [...rows.flat().map(cellText), more],
    })),
  ],
  [
    'change',
    fc.tuple(many(line), many(fc.tuple(nasty, text))).map(([done, failed]) => ({
      reply: {
        kind: 'change',
        done,
        changed: 1,
        failed: failed.map(
          ([item, reason]) =>
            ({
              item,
              refusal: { source: 'inventory', code: 'name-taken', facts: { name: reason, by: item } },
            }) as const,
        ),
      },
      texts: [...done.map(plainWords), ...failed.map(([item]) => item)],
    })),
  ],
  [
    'history',
    many(fc.tuple(text, many(text))).map((entries) => ({
      reply: {
        kind: 'history',
        entries: entries.map(([command, changes], at) => ({
          version: at + 1,
          at: '2026-11-29T12:00:00Z',
          by: 'slack:U1',
          name: 'alice',
          command,
          because: null,
          job: null,
          changes,
        })),
      },
      texts: entries.flat(2),
    })),
  ],
  ['proposal', proposal.map((reply) => ({ reply, texts: [reply.command, ...reply.effects, reply.typed ?? ''] }))],
  [
    'job',
    job.map((reply) => ({
      reply,
      texts: [reply.about?.command ?? '', ...(reply.state === 'done' ? reply.steps.map(({ name }) => name) : [])],
    })),
  ],
  [
    'file',
    fc.tuple(text, many(text), fc.constantFrom('image/png', 'text/csv')).map(([path, lines, mediaType]) => ({
      reply: { kind: 'file', path, mediaType, content: new Uint8Array(3), lines },
      texts: mediaType === 'image/png' ? lines.slice(0, 1) : lines,
    })),
  ],
]

const quote = fc.option(text, { nil: null })

describe('an answer of any content', () => {
  test.each(replies)(
    'is taken by both platforms, calls nobody and can be read: %s',
    (_, cases) => {
      fc.assert(
        fc.property(
          cases,
          text,
          quote,
          fc.option(fc.nat(), { nil: null }),
          ({ reply, texts }, command, typed, version) => {
            const draft = answerPost({ tag: 'done', command, reply, version }, { asker: 'slack:U1', quote: typed })
            expect(draft.mentions).toEqual([])
            expectAll(draft, texts)
          },
        ),
        { numRuns: RUNS, endOnFailure: true },
      )
    },
    TIMEOUT,
  )

  test(
    'is taken as a refusal too',
    () => {
      const facts = fc.record({
        ...{ code: fc.constant('syntax' as const), message: text, position: fc.nat({ max: 3000 }), word: nasty },
        ...{ expected: fc.array(fc.oneof(nasty, fc.constant('<thing>'))), suggestions: fc.array(nasty) },
      })
      fc.assert(
        fc.property(text, facts, quote, (command, said, typed) => {
          const refusal = { source: 'parse', code: 'syntax', facts: said } as const
          const draft = answerPost({ tag: 'refused', command, refusal }, { asker: 'slack:U1', quote: typed })
          expectAll(draft, said.message.split('\n'))
          expect(draft.privateTo).toBe(draft.files.length === 0 ? 'slack:U1' : null)
        }),
        { numRuns: RUNS, endOnFailure: true },
      )
    },
    TIMEOUT,
  )
})

test('what the bot says by itself calls those it means, and no others', () => {
  const people = ['slack:U012AB3CD', 'discord:80351110224678912', 'os:root', 'slack:<!channel>', 'discord:1> @everyone']
  const mentions = ['slack:U012AB3CD', 'discord:80351110224678912']
  fc.assert(
    fc.property(proposal, job, text, (card, run, said) => {
      const drafts = [
        proposalPost(card, { tag: 'pending', approvedBy: [said] }, mentions),
        proposalPost(card, { tag: 'denied', by: [said], reason: said, job: null, version: null }, []),
        ...[
          reminderPost(card, mentions),
          noticePost(said, mentions),
          offerPost(said, said, 'slack:U1'),
          latePost(said, said, { author: 'slack:U1', at: '2026-11-29T12:00:00Z', hasFiles: false }),
        ],
        ...[jobEndPost(run, 'slack:U012AB3CD'), jobStallPost(run, 'discord:80351110224678912', '2026-11-29T12:00:00Z')],
      ]
      for (const draft of drafts) expect(faultsOf(draft)).toEqual([])
      expect(readable(noticePost(said, []))).toContain(bare(safe(said, 'lines')))
      const [post] = postsOf({ ...noticePost('x', people) })
      if (!post) throw new Error('no post')
      expect(slackMessage(post, []).text).toBe('x <@U012AB3CD>')
      expect(discordMessage(post)).toMatchObject({ allowed_mentions: { parse: [], users: ['80351110224678912'] } })
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

describe('an answer of five million characters', () => {
  const FIVE = 5_000_000
  const pieces = ['a', '😀', '```\n', '@everyone ', '`', '*', '\u202e', '\u0300', 'ab ', '\n', ' ']
  const huge = pieces
    .slice(0, process.env.RUNS === undefined ? 4 : pieces.length)
    .map((piece) => [JSON.stringify(piece), piece.repeat(Math.ceil(FIVE / piece.length))] as const)
  const done = (reply: Reply): Answer => ({ tag: 'done', command: 'x', reply, version: null })

  test.each(huge)(
    'of %s is taken, and can be read',
    (_, value) => {
      const answers = [
        done({ kind: 'lines', lines: [value] }),
        done({ kind: 'lines', lines: ['a', ...value.slice(0, 1_000_000).split(/(?=a)/)] }),
        done({
          kind: 'table',
          columns: ['a', 'b'],
          rows: [
            ['x', value],
            ['y', 1],
          ],
        }),
        done({
          kind: 'info',
          things: [
            {
              ...thing('x'),
              ...{ attrs: [], parents: [], contents: [value], ips: [], ports: [], place: null, memberships: [] },
            },
          ],
          total: 1,
          capped: false,
        }),
        done({ kind: 'change', done: ['x', value], changed: 1 }),
      ]
      for (const answer of answers) {
        const draft = answerPost(answer, ABOUT)
        expect(faultsOf(draft)).toEqual([])
        // To look for a million equal characters takes long: how many there are says as much.
        const all = readable(draft)
        expect(all).toContain(bare(safe(value.slice(0, 400))))
        expect(all.length).toBeGreaterThanOrEqual(bare(safe(value.slice(0, 900_000))).length)
      }
      const refusal = { source: 'command', code: 'file-not-found', facts: { file: value, reason: 'no' } } as const
      expect(faultsOf(answerPost({ tag: 'refused', command: value, refusal }, { ...ABOUT, quote: value }))).toEqual([])
    },
    300_000,
  )

  test('of 10,000 rows', () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => [
      `web${at}`,
      at,
      '@everyone `x` ```',
      '日本',
      'the same',
      'e',
      at,
    ])
    const draft = answerPost(done({ kind: 'table', columns: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], rows }), ABOUT)
    expectAll(
      draft,
      rows.map(([name]) => String(name)),
    )
    expect(draft.pages?.texts).toHaveLength(20)
  })
})
