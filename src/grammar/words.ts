// The words that mean something by themselves, and the shapes of bare words that the lexer and others tell apart.
import type { Field } from './ast.ts'

/** Never a name or a key, unless quoted. */
export const RESERVED: ReadonlySet<string> = new Set(
  'not and or in to of as by connected containing haskey match'.split(' '),
)

export const FIELDS: readonly Field[] = [
  'name',
  'driver',
  'type',
  'ip',
  'mac',
  'serial',
  'pool',
  'class',
  'role',
  'service',
  'vip',
  'vlan',
]

export const isField = (word: string): word is Field => (FIELDS as readonly string[]).includes(word)

/** `system.memory`, `disk.size#0`, `foo#` (the next number). */
export const KEY_SOURCE = '[A-Za-z_][0-9A-Za-z_-]*(?:\\.[A-Za-z_][0-9A-Za-z_-]*)?(?:#\\d*)?'

const DATE = /^\d{4}-\d\d-\d\d(?:[Tt]\d\d(?::?\d\d){0,2}(?:\.\d+)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/** Whether a word has the shape of an ISO date or date-time (`2026-11-01`, `2007-12-16T07:46:00Z`), and so is no name. */
export const isDate = (word: string): boolean => word.length >= 10 && DATE.test(word)
