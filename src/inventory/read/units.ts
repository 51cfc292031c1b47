// Rack units as answers name them: `RU13`, `RU11-13`.

interface Place {
  readonly low: number | null
  readonly high: number | null
  readonly face: string | null
}

/** Null for what takes no units. The rear is said, the front and both are not. */
export function printUnits({ low, high, face }: Place): string | null {
  if (low === null || high === null) return null
  return `RU${low === high ? low : `${low}-${high}`}${face === 'rear' ? ' rear' : ''}`
}
