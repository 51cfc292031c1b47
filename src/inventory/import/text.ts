// The bytes of a file as text: unpacked where they are compressed, without the mark that spreadsheets put first.
import { gunzipSync } from 'node:zlib'

const MAX_BYTES = 300_000_000

/** UTF-8 text with plain line ends; a string that says what is wrong otherwise is thrown as `UnreadableFile`. */
export function readText(bytes: Uint8Array): string {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpack(bytes) : bytes
  if (plain.length > 512 && String.fromCharCode(...plain.subarray(257, 262)) === 'ustar')
    throw new UnreadableFile('it is a folder or an archive, and one file is needed here')
  const wide = plain[0] === 0xff && plain[1] === 0xfe
  try {
    return new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(plain)
  } catch {
    throw new UnreadableFile('it is not text in UTF-8')
  }
}

/** The file as a whole cannot be read; `line` where the place is known. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
  readonly line: number | null

  constructor(reason: string, line: number | null = null) {
    super(reason)
    this.line = line
  }
}

function unpack(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch {
    throw new UnreadableFile('it is compressed, and cut off or damaged')
  }
}
