// Undoes what Slack makes of what somebody typed: the bot's own mention, links, entities, code marks. Mentions of others
// stay as they are: the commands that mean a person read them. Quotes and dashes are the lexer's.

/** `<@UBOT> locate <http://web01.example.org|web01.example.org>` is `locate web01.example.org`. */
export function plainText(typed: string, bot: string): string {
  const said = withoutMention(typed.trim(), bot)
  // A line for a console: what stands in it is its own.
  return entities(links(said.startsWith('&gt;') ? said : marks(said))).trim()
}

/** Whether the bot itself is meant. */
export function mentions(typed: string, bot: string): boolean {
  return typed.includes(`<@${bot}`) && mentionOf(bot).own.test(typed)
}

/** One at the start is who is spoken to, and later ones are arguments; without one at the start they all address it. */
function withoutMention(typed: string, bot: string): string {
  if (!typed.includes(`<@${bot}`)) return typed
  const { start, anywhere } = mentionOf(bot)
  const rest = typed.replace(start, '')
  return rest === typed ? typed.replaceAll(anywhere, '') : rest
}

interface Mention {
  readonly bot: string
  readonly own: RegExp
  readonly start: RegExp
  readonly anywhere: RegExp
}

// Making them takes longer than everything else that is done to a text; the bot stays the same one.
let last: Mention | null = null

function mentionOf(bot: string): Mention {
  if (last?.bot === bot) return last
  const own = `<@${bot}(?:\\|[^>]*)?>`
  last = {
    bot,
    own: new RegExp(own),
    start: new RegExp(`^(?:[*_~]?${own}[*_~]?[\\s,:]*)+`),
    anywhere: new RegExp(`\\s*${own}[,:]?`, 'g'),
  }
  return last
}

/** The fences round a command, with or without a language, and backticks round words. */
function marks(typed: string): string {
  if (!typed.includes('`')) return typed
  return typed
    .replaceAll(/```(?:[a-z]+\n)?([\s\S]*?)```/g, (_, inner: string) => inner.trim())
    .replaceAll(/`([^`\n]+)`/g, '$1')
}

/** What stands in `<…>`: `<url|label>`, `<url>`, `<mailto:a@b|a@b>`, `<!here>`, `<!date^…|fallback>`. */
function links(typed: string): string {
  if (!typed.includes('<')) return typed
  return typed.replaceAll(/<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>/g, (whole, target: string, label?: string) => {
    if (/^(?:[@#]|!subteam\^)/.test(target)) return whole
    if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^')[0]}`
    return label ?? target.replace(/^(?:mailto|tel):/, '')
  })
}

/** The only three that Slack writes; `&amp;lt;` was typed as `&lt;`. */
function entities(typed: string): string {
  if (!typed.includes('&')) return typed
  return typed.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
