// A command that does more than read, of somebody who may use it.
import type { Invocation } from '../grammar/ast.ts'
import type { Asking, Command } from './command.ts'
import type { Allowed } from './permit.ts'

export interface Request {
  readonly invocation: Invocation
  readonly command: Exclude<Command, { does: 'read' }>
  readonly allowed: Allowed
  /** The right to do it without an approval, where that was asked for. */
  readonly glass: Allowed | null
  readonly asking: Asking
  /** The asker has said yes beforehand (`--yes`): what would wait for their own tap does not. */
  readonly isConfirmed: boolean
}
