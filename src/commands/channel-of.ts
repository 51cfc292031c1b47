/** The channel as messages name theirs: `#ops`; `<#C012AB3CD|ops>` of Slack is `#C012AB3CD`, as one that was picked arrives. */
export function channelOf(text: string): string {
  const [, id] = /^<#(\w+)(?:\|[^>]*)?>$/.exec(text) ?? []
  return id === undefined ? text : `#${id}`
}
