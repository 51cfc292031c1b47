// Several files as one: a folder is read as a tar of its files, so that it travels as a single file does. Archives that
// others packed (ustar, gzipped or not) are read as well.
import { gunzipSync } from 'node:zlib'
import { UnreadableFile } from '../text.ts'

export interface NamedFile {
  /** Below the folder, with `/`. */
  readonly name: string
  readonly content: Uint8Array
}

const BLOCK = 512
const MAX_BYTES = 300_000_000

/** Packs files; names of any length. */
export function packFiles(files: readonly NamedFile[]): Uint8Array {
  const blocks = files.flatMap(({ name, content }) => {
    const path = Buffer.from(name)
    // A name that does not fit goes before it as a file of its own (GNU's `L`).
    const long = path.length > 100 ? entry('././@LongLink', 'L', Buffer.concat([path, Buffer.of(0)])) : []
    return [...long, ...entry(path.subarray(0, 100).toString('latin1'), '0', content)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(BLOCK * 2)])
}

function entry(name: string, flag: string, content: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(BLOCK)
  head.write(name, 0, 100, 'latin1')
  head.write('0000644\x000000000\x000000000\0', 100)
  head.write(`${content.length.toString(8).padStart(11, '0')}\x0000000000000\0`, 124)
  head.write(`        ${flag}`, 148)
  head.write('ustar\x0000', 257)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return [head, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]
}

/** The files of an archive; null where the bytes are none. Throws UnreadableFile where it is cut off. */
export function unpackFiles(bytes: Uint8Array): readonly NamedFile[] | null {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipped(bytes) : Buffer.from(bytes)
  if (plain === null || plain.toString('latin1', 257, 262) !== 'ustar') return null
  const files: NamedFile[] = []
  let longName: string | null = null
  for (let at = 0; at + BLOCK <= plain.length && plain[at] !== 0; ) {
    const field = (from: number, length: number) =>
      plain.toString('utf8', at + from, at + from + length).split('\0')[0] ?? ''
    const size = Number.parseInt(field(124, 12).trim(), 8)
    const content = plain.subarray(at + BLOCK, at + BLOCK + size)
    if (!Number.isInteger(size) || content.length !== size)
      throw new UnreadableFile('the archive is cut off or damaged')
    const flag = field(156, 1)
    const prefix = field(345, 155)
    const name = longName ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`)
    longName = null
    if (flag === 'L') longName = content.toString('utf8').replace(/\0.*$/s, '')
    else if (flag === 'x') longName = /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1] ?? null
    else if (flag === '0' || flag === '') files.push({ name: name.replace(/^\.\//, ''), content })
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}

function gunzipped(bytes: Uint8Array): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch {
    return null
  }
}
