// Writing to a stream until it has taken everything, so that nothing is cut off when the program ends.

/** Resolves when it is written: a reader that is slow is waited for. */
export function write(stream: NodeJS.WriteStream, content: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve()
    else
      stream.write(content, (error) => {
        if (error) lost.add(stream)
        resolve()
      })
  })
}

// Node makes standard output whole again after an error: the stream itself does not tell.
const lost = new WeakSet<NodeJS.WriteStream>()

/** Whether something that was written did not arrive. */
export function isLost(stream: NodeJS.WriteStream): boolean {
  return lost.has(stream)
}
