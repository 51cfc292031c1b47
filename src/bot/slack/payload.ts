// Reads what Slack sends, which is believed to have any shape until it is looked at.

export type Payload = Readonly<Record<string, unknown>>

/** `field(body, 'event', 'channel')`; undefined where the way ends. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isPayload(inner) ? inner[name] : undefined), value)
}

export function text(value: unknown, ...path: readonly string[]): string | null {
  const found = field(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}

export function list(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = field(value, ...path)
  return Array.isArray(found) ? found : []
}

export function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
