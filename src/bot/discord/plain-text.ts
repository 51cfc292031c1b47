// Makes plain what somebody typed in Discord: the mention of the bot goes, and so does what its markdown draws. What stands in
// backticks is taken as it is; mentions of people, roles and channels stay, commands understand them.

/** Whether the bot is mentioned, outside code: a mark in code calls nobody. */
export function mentions(content: string, self: string): boolean {
  return pieces(content).some(({ isCode, text }) => !isCode && mark(self).test(text))
}

export function plainText(content: string, self: string): string {
  const said = content.replace(new RegExp(`^(?:\\s*${mark(self).source})*\\s*`), '')
  // A line for a console: what stands in it is its own.
  if (said.startsWith('>')) return said.trim()
  return pieces(content)
    .map(({ isCode, text }) => (isCode ? text : undrawn(text.replace(mark(self, 'g'), ' '))))
    .join('')
    .trim()
}

// `<@80351110224678912>`, or `<@!80351110224678912>` as older clients write it
const mark = (self: string, flags = '') => new RegExp(`<@!?${self}>`, flags)

interface Piece {
  readonly isCode: boolean
  readonly text: string
}

// A fence with the name of a language or without, or backticks round a piece of a line; an escaped one is none.
const CODE = /```(?:[a-z0-9+-]+\n)?([\s\S]+?)```|(?<!\\)(`+)([\s\S]+?)(?<!`)\2(?!`)/gi

function pieces(content: string): Piece[] {
  const found: Piece[] = []
  let done = 0
  for (const match of content.matchAll(CODE)) {
    found.push({ isCode: false, text: content.slice(done, match.index) })
    found.push({ isCode: true, text: (match[1] ?? match[3] ?? '').trim() })
    done = match.index + match[0].length
  }
  return [...found, { isCode: false, text: content.slice(done) }]
}

// `**web01**`, `__web01__`, `~~web01~~`, `||web01||`: one star is a pattern, one underscore part of a name.
const DRAWN = /(?<![\\\w])(\*\*|__|~~|\|\|)(?=\S)([^\n]*?\S)\1(?!\w)/g
// `\*`, `\_`: not the backslashes of strings and regular expressions.
const ESCAPED = /\\([*_~`|<>#@])/g
// `<https://example.com>` is a link that shows no preview.
const LINK = /<(https?:\/\/[^\s<>]+)>/g
// `/web\*/` is a regular expression, and its backslashes are its own.
const REGEX = /(?:^|(?<=[\s(:,=]))\/(?=\S)(?:\\.|[^/\\\n])+\/(?=$|[\s),])/

function undrawn(text: string): string {
  const parts = text.split(new RegExp(`(${REGEX.source})`))
  return parts
    .map((part) => (REGEX.test(part) ? part : part.replace(DRAWN, '$2').replace(LINK, '$1').replace(ESCAPED, '$1')))
    .join('')
}
