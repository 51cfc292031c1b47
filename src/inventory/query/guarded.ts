// Runs a statement that an operator's expression became. What the database gives up on because of a regular expression
// is told as that.
import type { Expression, Pattern } from '../../grammar/ast.ts'
import { DatabaseError } from '../database/error.ts'
import { InventoryError } from '../error.ts'
import type { View } from '../view.ts'
import { rowsOf, type Sql } from './fragment.ts'

// PostgreSQL's query_canceled and invalid_regular_expression (too complex).
const CODES = ['57014', '2201B']

/** Throws InventoryError `regex-too-slow`. */
export async function guarded<Row>(view: View, expression: Expression, statement: Sql): Promise<Row[]> {
  try {
    return await rowsOf<Row>(view.knex, statement)
  } catch (error) {
    const source = regexIn(expression)
    if (source !== null && gaveUp(error)) throw new InventoryError('regex-too-slow', { source })
    throw error
  }
}

function gaveUp(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === 'query-too-long'
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && CODES.includes(error.code)
}

function regexIn(expression: Expression): string | null {
  switch (expression.tag) {
    case 'name':
    case 'field':
    case 'attribute':
      return sourceOf(expression.pattern)
    case 'relation':
    case 'and':
    case 'or':
      return regexIn(expression.left) ?? regexIn(expression.right)
    case 'not':
      return regexIn(expression.of)
    case 'haskey':
    case 'match':
      return null
  }
}

const sourceOf = (pattern: Pattern): string | null => (pattern.tag === 'regex' ? pattern.source : null)
