// The embedded database, which is opened while the rest of the program is loaded: the one takes as long as the other. Only
// one that is there already, so that nothing is made for a slip of the pen.
import { holdsDatabase } from '../../inventory/database/directory.ts'
import { type OpenEmbedded, openEmbedded } from '../../inventory/database/open-embedded.ts'
import type { Config } from '../config.ts'

export class Early {
  #begun: OpenEmbedded | null

  private constructor(begun: OpenEmbedded | null) {
    this.#begun = begun
  }

  /** Begins it where that is possible; where it is not, whoever opens the database later finds out why. */
  static async begin({ data, databaseUrl }: Config): Promise<Early> {
    const isThere = databaseUrl === null && holdsDatabase(data)
    return new Early(isThere ? await openEmbedded({ directory: data }).catch(() => null) : null)
  }

  /** Whoever takes it closes it; null where nothing was begun, or it is taken. */
  take(): OpenEmbedded | null {
    const begun = this.#begun
    this.#begun = null
    return begun
  }

  /** Closes what nobody has taken. */
  async close(): Promise<void> {
    await this.take()?.close()
  }
}
