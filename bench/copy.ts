// COPY ... FROM STDIN, which pg leaves to others: rows go to the server as it takes them, a hundred thousand and more a
// second.
import { once } from 'node:events'
import type pg from 'pg'

export type Field = string | number | null

// Bytes a message, about.
const CHUNK = 1 << 16

/** Writes rows to the columns of a table; answers with how many. Throws what the server says against it. */
export function copyInto(
  client: pg.Client,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Field[]>,
  options = '',
): Promise<number> {
  return new Promise((resolve, reject) => {
    let refused: Error | null = null
    let sent = 0
    const send = async (stream: pg.Connection['stream']): Promise<void> => {
      let lines = ''
      const flush = async () => {
        const data = Buffer.from(lines)
        lines = ''
        if (!stream.write(message('d', data))) await once(stream, 'drain')
      }
      for (const row of rows) {
        if (refused) return
        lines += `${row.map(printed).join('\t')}\n`
        sent += 1
        if (lines.length > CHUNK) await flush()
      }
      await flush()
      stream.write(message('c', Buffer.alloc(0)))
    }
    client.query({
      submit: (connection: pg.Connection) =>
        connection.query(`copy ${table} (${columns.join(', ')}) from stdin ${options}`),
      handleCopyInResponse: ({ stream }: pg.Connection) =>
        send(stream).catch((error: Error) => stream.write(message('f', Buffer.from(`${error.message}\0`)))),
      handleCommandComplete: () => undefined,
      handleError(error: Error) {
        refused = error
      },
      handleReadyForQuery: () => (refused ? reject(refused) : resolve(sent)),
    })
  })
}

function printed(field: Field): string {
  if (field === null) return '\\N'
  return typeof field === 'number' ? String(field) : field.replace(/[\\\n\r\t]/g, '\\$&')
}

/** A message of the protocol: its letter, its length, its contents. */
function message(letter: string, contents: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeInt32BE(contents.length + 4, 1)
  return Buffer.concat([head, contents])
}
