// A message that was understood, from somebody who may ask this.
import type { Command } from '../commands/command.ts'
import type { Allowed } from '../commands/permit.ts'
import type { Trail } from '../commands/trail.ts'
import type { Invocation } from '../grammar/ast.ts'
import type { Standing } from '../inventory/operators/standing.ts'
import type { Message } from './message.ts'

export interface Permitted<C extends Command = Command> {
  readonly message: Message
  /** Its text is redacted: what is kept is this one, not the message's. */
  readonly invocation: Invocation
  readonly command: C
  readonly standing: Standing
  readonly allowed: Allowed
  /** Where it is to be done without an approval. */
  readonly glass: Allowed | null
  readonly trail: Trail
}
