// PostgreSQL's plan in a few lines that an operator can read: what is read, by which index, and about how much of it.

const MOST = 7
// `  ->  Index Scan using things_name_key on things t  (cost=0.28..8.30 rows=1 width=40)`
const READ =
  /^\s*(?:->\s+)?(?:Parallel )?(Seq Scan|Index Scan|Index Only Scan|Bitmap Heap Scan)(?: Backward)?(?: using (\S+))? on (\S+).*? rows=(\d+) /
const COST = /cost=[\d.]+\.\.([\d.]+) rows=(\d+) /

/** The estimate for the whole, then each table that is read, in the order of the plan. */
export function planSteps(plan: readonly string[]): string[] {
  const [, cost = '0', rows = '0'] = COST.exec(plan[0] ?? '') ?? []
  const steps = plan.flatMap((line) => {
    const [, how, index, table, amount] = READ.exec(line) ?? []
    return how === undefined || table === undefined ? [] : [`reads ${readWords(how, table, index)}: about ${amount}`]
  })
  const told = [...new Set(steps)]
  const more = told.length - MOST
  return [
    `plan: about ${rows} ${rows === '1' ? 'row' : 'rows'}, cost ${Math.ceil(Number(cost))}`,
    ...told.slice(0, MOST).map((step) => `  ${step}`),
    ...(more > 0 ? [`  and ${more} more; \`explain full …\` shows the whole plan`] : []),
  ]
}

function readWords(how: string, table: string, index: string | undefined): string {
  if (how === 'Seq Scan') return `${table}, all of it`
  return index === undefined ? `${table} by an index` : `${table} by ${index}`
}
