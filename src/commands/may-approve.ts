// Who may say yes to what somebody proposes, found as it is found when they say it; see settle.ts.
import { storedExpression } from '../grammar/stored-expression.ts'
import { type Asked, approversOf } from '../inventory/operators/approvers.ts'
import type { View } from '../inventory/view.ts'
import { coveredBy } from './permit.ts'
import { type Right, rolesThatApprove } from './roles.ts'

export interface Proposed extends Asked {
  readonly requester: number
  /** What the proposed command asks for. */
  readonly right: Right
  readonly targets: readonly { readonly id: number }[]
}

/** The names of those whose role reaches all of it. A statement for all of them, and one for each scope among theirs. */
export async function mayApprove(view: View, { requester, right, targets, ...asked }: Proposed): Promise<string[]> {
  const found = await approversOf(view.knex, requester, rolesThatApprove(right), asked)
  const ids = targets.map(({ id }) => id)
  const within = new Map<string, ReadonlySet<number>>()
  for (const scope of new Set(found.flatMap(({ scopes }) => scopes ?? []))) {
    const expression = ids.length === 0 ? null : storedExpression(scope)
    if (expression !== null) within.set(scope, await coveredBy(view, expression, ids, null))
  }
  const reaches = (scopes: readonly string[], id: number) => scopes.some((scope) => within.get(scope)?.has(id) === true)
  return found.flatMap(({ name, scopes }) => (scopes === null || ids.every((id) => reaches(scopes, id)) ? [name] : []))
}
