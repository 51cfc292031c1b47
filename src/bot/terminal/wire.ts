// What two clusto processes say to each other through the socket: frames of JSON, one a line. Integers of any size and
// bytes survive the way.
import type { Socket } from 'node:net'
import type { JobReply } from '../../commands/reply.ts'
import type { Words } from '../completion.ts'
import type { Answer, Refusal } from '../message.ts'

/** Of the frames: another number is another version of clusto. */
export const PROTOCOL = 3

/** From the process that asks. */
export type Asked =
  /** It has made the file that the challenge names; who it wants to be in the demo. */
  | { readonly tag: 'proof'; readonly demo: boolean; readonly as: string | null }
  | {
      readonly tag: 'ask'
      readonly id: number
      readonly text: string
      readonly keepsFiles: boolean
      readonly isConfirmed: boolean
    }
  | { readonly tag: 'complete'; readonly id: number; readonly text: string }
  /** How a job goes, by its id, from now to its end. */
  | { readonly tag: 'follow'; readonly id: number; readonly job: string }
  | { readonly tag: 'unfollow'; readonly id: number }
  | { readonly tag: 'file'; readonly id: number; readonly content: Uint8Array | null; readonly reason: string }

/** From the process that holds the database. */
export type Told =
  | { readonly tag: 'hello'; readonly protocol: number; readonly challenge: string }
  | { readonly tag: 'welcome' }
  | { readonly tag: 'turned-away'; readonly refusal: Refusal }
  /** From here on the command may have been done, whatever happens. */
  | { readonly tag: 'taken'; readonly id: number }
  | { readonly tag: 'alive' }
  | { readonly tag: 'read'; readonly id: number; readonly name: string }
  | { readonly tag: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly tag: 'progress'; readonly id: number; readonly job: JobReply }
  /** It stands still, or cannot be followed. */
  | { readonly tag: 'followed'; readonly id: number }
  | { readonly tag: 'words'; readonly id: number; readonly words: Words }

/** Resolves when the frame is in the kernel's hands; a socket that is gone swallows it. Rejects one that is too large. */
export function send(socket: Socket, frame: Asked | Told): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed || !socket.writable) resolve()
    else socket.write(`${encode(frame)}\n`, () => resolve())
  })
}

/** Calls `onFrame` for each frame that arrives; a frame that is none ends the connection. */
export function receive(socket: Socket, onFrame: (frame: unknown) => void): void {
  let pending: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...pending, rest.subarray(0, end)])
      pending = []
      rest = rest.subarray(end + 1)
      try {
        const frame = decode(line.toString('utf8'))
        if (typeof frame !== 'object' || frame === null || !('tag' in frame)) throw new Error('not a frame')
        onFrame(frame)
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)))
        return
      }
    }
    if (rest.length > 0) pending.push(rest)
  })
}

function encode(frame: unknown): string {
  // The values that a Buffer's toJSON has not touched yet are those of the object itself.
  return JSON.stringify(frame, function (this: Record<string, unknown>, key, value: unknown) {
    const own = this[key]
    if (typeof own === 'bigint') return { $int: own.toString() }
    if (own instanceof Uint8Array) return { $bytes: Buffer.from(own).toString('base64') }
    return value
  })
}

function decode(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('$int' in value && typeof value.$int === 'string') return BigInt(value.$int)
    if ('$bytes' in value && typeof value.$bytes === 'string')
      return new Uint8Array(Buffer.from(value.$bytes, 'base64'))
    return value
  })
}
