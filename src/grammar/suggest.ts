// "Did you mean": the known words nearest to a word that is not known.

// Edits between two words, a swap of neighbours counting as one: `lcoate` is one edit from `locate`.
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least > limit) return limit + 1
    before = last
    last = row
  }
  return last[b.length] ?? limit + 1
}

/**
 * The candidates nearest to a word, best first, regardless of case: at most one edit in three letters, or one beginning
 * with the other. Empty where nothing is near.
 */
export function suggest(word: string, candidates: Iterable<string>, limit = 3): readonly string[] {
  const wanted = word.toLowerCase()
  if (wanted === '') return []
  const allowed = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)))
  const ranked: { candidate: string; cost: number }[] = []
  for (const candidate of new Set(candidates)) {
    const known = candidate.toLowerCase()
    const distance = edits(wanted, known, allowed)
    const begins = wanted.length >= 2 && (known.startsWith(wanted) || (known.length >= 3 && wanted.startsWith(known)))
    if (distance > allowed && !begins) continue
    // Two words of three letters that share none but one edit apart are not near: `up` and `at`.
    if (distance >= Math.max(wanted.length, known.length)) continue
    const start = known[0] === wanted[0] ? 0 : 0.5
    ranked.push({ candidate, cost: (distance > allowed ? allowed + 0.25 : distance) + start })
  }
  ranked.sort(
    (a, b) => a.cost - b.cost || a.candidate.length - b.candidate.length || (a.candidate < b.candidate ? -1 : 1),
  )
  return ranked.slice(0, limit).map((entry) => entry.candidate)
}
