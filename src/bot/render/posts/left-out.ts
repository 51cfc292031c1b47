// What is said of files that a chat is too small for.
import type { PostFile } from '../../outbox/post.ts'

export function leftOut(files: readonly PostFile[], most: number): string {
  const names = files.map(({ name, size }) => `${name} (${megabytes(size)})`).join(', ')
  return `Left out, since this chat takes ${megabytes(most)} a message: ${names}. Ask for less, or at the terminal.`
}

/** `word` is the chat's own: `missing_scope`. */
export function notTaken(files: readonly PostFile[], word: string): string {
  const names = files.map(({ name }) => name).join(', ')
  return `Left out, since this chat does not take it from me (${word}): ${names}. \`doctor\` may say why; the terminal has it.`
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`
