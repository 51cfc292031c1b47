// Classes: facts about hardware or software, which roles may require.
import { createGroup, deleteGroup, type GroupKind, insertIntoGroup, removeFromGroup, showGroup } from './groups.ts'

export const CLASS: GroupKind<'class'> = { word: 'class', plural: 'classes', types: ['class'] }

export const classCreate = createGroup(CLASS, 'Makes classes: facts about hardware or software', [
  'class create Nginx',
  'class create Ssd Raid10',
])

export const classDelete = deleteGroup(CLASS, ['class delete Xen'])

export const classShow = showGroup(CLASS, ['class show Apache', 'class show', 'class show BigMem effective'])

export const classInsert = insertIntoGroup(CLASS, ['class insert web05 web06 into Apache'])

export const classRemove = removeFromGroup(CLASS, ['class remove web03 from Apache'])
