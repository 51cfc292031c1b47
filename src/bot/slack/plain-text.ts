// Undoes what Slack makes of what somebody typed: the bot's own mention, links, entities, code marks. Mentions of others
// stay as they are: the commands that mean a person read them. Quotes and dashes are the lexer's.

/** `<@UBOT> locate <http://web01.example.org|web01.example.org>` is `locate web01.example.org`. */
export function plainText(typed: string, bot: string): string {
  return entities(links(marks(withoutMention(typed.trim(), bot)))).trim()
}

/** Whether the bot itself is meant. */
export function mentions(typed: string, bot: string): boolean {
  return new RegExp(`<@${bot}(?:\\|[^>]*)?>`).test(typed)
}

/** One at the start is who is spoken to, and later ones are arguments; without one at the start they all address it. */
function withoutMention(typed: string, bot: string): string {
  const own = `<@${bot}(?:\\|[^>]*)?>`
  const start = new RegExp(`^(?:[*_~]?${own}[*_~]?[\\s,:]*)+`)
  return start.test(typed) ? typed.replace(start, '') : typed.replaceAll(new RegExp(`\\s*${own}[,:]?`, 'g'), '')
}

/** The fences round a command, with or without a language, and backticks round words. */
function marks(typed: string): string {
  return typed
    .replaceAll(/```(?:[a-z]+\n)?([\s\S]*?)```/g, (_, inner: string) => inner.trim())
    .replaceAll(/`([^`\n]+)`/g, '$1')
}

/** What stands in `<…>`: `<url|label>`, `<url>`, `<mailto:a@b|a@b>`, `<!here>`, `<!date^…|fallback>`. */
function links(typed: string): string {
  return typed.replaceAll(/<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>/g, (whole, target: string, label?: string) => {
    if (/^(?:[@#]|!subteam\^)/.test(target)) return whole
    if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^')[0]}`
    return label ?? target.replace(/^(?:mailto|tel):/, '')
  })
}

/** The only three that Slack writes; `&amp;lt;` was typed as `&lt;`. */
function entities(typed: string): string {
  return typed.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
