// Names in bulk: `db[201-240]`, `r[1-3,7]u[01-10]`.

const MAX_NAMES = 10_000
const GROUP = /\[([^[\]]*)\]/g
const ITEM = /^(\d{1,9})(?:-(\d{1,9}))?$/

export type RangeFault = 'malformed' | 'backwards' | 'too-many'

// `[01-10]` keeps its leading zeros.
function expandGroup(inside: string): readonly string[] | RangeFault {
  const numbers: string[] = []
  for (const item of inside.split(',')) {
    const match = ITEM.exec(item)
    if (!match?.[1]) return 'malformed'
    const first = match[1]
    const last = match[2] ?? first
    if (Number(last) < Number(first)) return 'backwards'
    if (Number(last) - Number(first) + numbers.length >= MAX_NAMES) return 'too-many'
    const width = first.startsWith('0') ? first.length : 0
    for (let n = Number(first); n <= Number(last); n++) numbers.push(String(n).padStart(width, '0'))
  }
  return numbers
}

/** All names of a range, in order: `db[8-10]` -> db8, db9, db10; at most 10,000. */
export function expandRange(text: string): readonly string[] | RangeFault {
  let names = ['']
  let done = 0
  for (const match of text.matchAll(GROUP)) {
    const numbers = expandGroup(match[1] ?? '')
    if (typeof numbers === 'string') return numbers
    if (names.length * numbers.length > MAX_NAMES) return 'too-many'
    const between = text.slice(done, match.index)
    names = names.flatMap((name) => numbers.map((number) => name + between + number))
    done = match.index + match[0].length
  }
  const end = text.slice(done)
  const all = names.map((name) => name + end)
  // What is left over in brackets was no group: `db[1`, `db]`.
  return done === 0 || /[[\]*?]/.test(text.replace(GROUP, '')) ? 'malformed' : all
}
