// Pools: groups of things that nest and overlap.
import { changeCommand } from './command.ts'
import { deleteGroup, type GroupKind, insertIntoGroup, planCreate, removeFromGroup, showGroup } from './groups.ts'

const POOL: GroupKind<'pool'> = { word: 'pool', plural: 'pools', types: ['pool', 'exclusivepool', 'uniquepool'] }

export const poolCreate = changeCommand({
  name: 'pool create',
  summary: 'Makes pools; an exclusive pool shares its members with no other, a unique one with no other unique one',
  syntax: 'pool create [<kind:exclusive|unique>] <names:range>...',
  examples: ['pool create staging', 'pool create exclusive maintenance'],
  plan: ({ kind, names }, asking) => planCreate(names, `${kind ?? ''}pool`, asking),
})

export const poolDelete = deleteGroup(POOL, ['pool delete scratch'])

export const poolShow = showGroup(POOL, ['pool show prod', 'pool show', 'pool show dbslaves effective'])

export const poolInsert = insertIntoGroup(POOL, ['pool insert web01 into dev', 'pool insert dev web03 web04'])

export const poolRemove = removeFromGroup(POOL, ['pool remove web01 from prod'])
