// A table for a terminal: titles and verdicts to the left, figures to the right.

/** `left` are the columns, counted from 0, that hold words. */
export function print(columns: readonly string[], rows: readonly (readonly string[])[], left: readonly number[]): void {
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)))
  for (const cells of [columns, ...rows])
    console.log(
      cells
        .map((cell, at) => (left.includes(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
}
