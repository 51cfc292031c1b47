// Which things may be handed out: said as an expression, so that what is free is found by the same SQL as everything
// else, and as its opposites, so that a refusal can say what became of the others.
import type { Expression, Key } from '../../grammar/ast.ts'

/** The reason why a thing is protected, as `protect` keeps it. */
export const PROTECTED: Key = { key: '_protected', subkey: null, number: null }
export const STATUS: Key = { key: 'status', subkey: null, number: null }
export const ALLOCATED = 'allocated'
export const UNALLOCATED = 'unallocated'

const has = (key: Key): Expression => ({ tag: 'haskey', key, at: 0 })

const statusIs = (text: string): Expression => ({
  tag: 'attribute',
  key: STATUS,
  comparison: '=',
  pattern: { tag: 'exact', text },
  quoted: true,
  at: 0,
})

const both = (left: Expression, right: Expression): Expression => ({ tag: 'and', left, right })
const not = (of: Expression): Expression => ({ tag: 'not', of })

/**
 * Those of an expression that are free: not allocated and not protected. A thing with another status (`broken`) is handed
 * out only where the expression asks about the status, and so means it.
 */
export function freeOf(asked: Expression): Expression {
  const open = both(asked, both(not(statusIs(ALLOCATED)), not(has(PROTECTED))))
  return asksStatus(asked) ? open : both(open, not(both(has(STATUS), not(statusIs(UNALLOCATED)))))
}

/** Those that somebody has. */
export const allocatedOf = (asked: Expression): Expression => both(asked, statusIs(ALLOCATED))

/** Those that nobody has, but that are protected. */
export const protectedOf = (asked: Expression): Expression =>
  both(asked, both(not(statusIs(ALLOCATED)), has(PROTECTED)))

function asksStatus(asked: Expression): boolean {
  switch (asked.tag) {
    case 'attribute':
    case 'haskey':
      return asked.key.key === STATUS.key
    case 'match':
      return asked.pairs.some(({ key }) => key.key === STATUS.key)
    case 'and':
    case 'or':
      return asksStatus(asked.left) || asksStatus(asked.right)
    case 'relation':
      return asksStatus(asked.left)
    case 'not':
      return asksStatus(asked.of)
    case 'name':
    case 'field':
      return false
  }
}

const ANYTHING: Expression = { tag: 'name', pattern: { tag: 'glob', text: '*' }, at: 0 }

/**
 * The same without what allocation changes, the status and the pool of what is free: so it still means what was free a
 * moment ago. Null where it asks nothing of these.
 */
export function asIfFree(asked: Expression): Expression | null {
  const without = withoutFree(asked)
  return without === asked ? null : without
}

function withoutFree(asked: Expression): Expression {
  switch (asked.tag) {
    case 'attribute':
    case 'haskey':
      return asked.key.key === STATUS.key ? ANYTHING : asked
    case 'field':
      return isFreePool(asked) ? ANYTHING : asked
    case 'not':
      return withoutFree(asked.of) === asked.of ? asked : ANYTHING
    case 'and':
    case 'or': {
      const [left, right] = [withoutFree(asked.left), withoutFree(asked.right)]
      return left === asked.left && right === asked.right ? asked : { ...asked, left, right }
    }
    case 'relation': {
      const left = withoutFree(asked.left)
      return left === asked.left ? asked : { ...asked, left }
    }
    case 'match':
    case 'name':
      return asked
  }
}

const isFreePool = ({ field, pattern }: Extract<Expression, { tag: 'field' }>): boolean =>
  field === 'pool' && pattern.tag === 'exact' && pattern.text.toLowerCase() === UNALLOCATED
