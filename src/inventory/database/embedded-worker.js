// @ts-check
// The thread that PGlite runs in, so that a long query stalls this thread and nothing else. It answers each batch of
// wire-protocol messages with the bytes that Postgres would send. Plain JavaScript: Node starts it as it is.
import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'

/** @type {{ directory: string | null, template: string | null }} */
const { directory, template } = workerData
if (!parentPort) throw new Error('embedded-worker.js runs as a worker thread')
const port = parentPort

const loadDataDir = template === null ? undefined : new Blob([new Uint8Array(await readFile(template))])
const database = await PGlite.create({
  ...(directory === null ? {} : { dataDir: directory }),
  ...(loadDataDir ? { loadDataDir } : {}),
  extensions: { pg_trgm },
})

port.on('message', async (/** @type {{ id: number, bytes?: Uint8Array, call?: 'close' | 'dump' }} */ message) => {
  try {
    if (message.bytes) {
      // The answer is a view on PGlite's memory: copy it before the next call overwrites it.
      const bytes = new Uint8Array(await database.execProtocolRaw(message.bytes))
      port.postMessage({ id: message.id, bytes }, [bytes.buffer])
    } else if (message.call === 'dump') {
      const dump = await database.dumpDataDir('gzip')
      const bytes = new Uint8Array(await dump.arrayBuffer())
      port.postMessage({ id: message.id, bytes }, [bytes.buffer])
    } else {
      await database.close()
      port.postMessage({ id: message.id })
    }
  } catch (error) {
    port.postMessage({ id: message.id, error: String(error) })
  }
})
port.postMessage({ id: 0 })
