// The things of a kind that were told of last, by their ids: not more of them than memory is to hold.

export class Recent<V> {
  readonly #most: number
  readonly #kept = new Map<string, V>()

  constructor(most: number) {
    this.#most = most
  }

  get(id: string): V | undefined {
    return this.#kept.get(id)
  }

  set(id: string, value: V): void {
    this.#kept.delete(id)
    this.#kept.set(id, value)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest)
  }

  delete(id: string): void {
    this.#kept.delete(id)
  }

  values(): readonly V[] {
    return [...this.#kept.values()]
  }
}
