// What is said of files that a chat is too small for.
import type { PostFile } from '../../outbox/post.ts'

export function leftOut(files: readonly PostFile[], most: number): string {
  const names = files.map(({ name, size }) => `${name} (${megabytes(size)})`).join(', ')
  return `Left out, since this chat takes ${megabytes(most)} a message: ${names}. Ask for less, or at the terminal.`
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
