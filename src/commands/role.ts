// Roles: jobs that things do. A role may require classes; that is checked when it is given and when a class goes.
import { requireClasses, unrequireClasses } from '../inventory/resources/roles.ts'
import { CLASS } from './class.ts'
import { changeCommand } from './command.ts'
import {
  createGroup,
  deleteGroup,
  type GroupKind,
  groupNamed,
  groupsListed,
  insertIntoGroup,
  removeFromGroup,
  showGroup,
} from './groups.ts'
import { summaries } from './targets.ts'

export const ROLE: GroupKind<'role'> = { word: 'role', plural: 'roles', types: ['role'] }

export const roleCreate = createGroup(ROLE, 'Makes roles: jobs that things do', [
  'role create Search',
  'role create Web Db',
])

export const roleDelete = deleteGroup(ROLE, ['role delete Batch'])

export const roleShow = showGroup(ROLE, ['role show LiveSite', 'role show', 'role show Blog effective'])

export const roleInsert = insertIntoGroup(ROLE, ['role insert db202 into Mail'])

export const roleRemove = removeFromGroup(ROLE, ['role remove web02 from LiveSite'])

export const roleRequire = changeCommand({
  name: 'role require',
  summary: 'Makes a role require classes; refused while things have the role and not the class',
  syntax: 'role require <role:thing> <classes:item>...',
  examples: ['role require Mail BigMem', 'role require LiveSite Webserver'],
  async plan({ role, classes }, asking) {
    const found = await groupNamed(asking.view, role, ROLE)
    const wanted = await groupsListed(asking, classes, CLASS)
    return {
      targets: summaries([found, ...wanted]),
      async run(change) {
        const fresh = new Set(await requireClasses(change, found, wanted))
        const done = wanted.map((one) => `${found.name} ${fresh.has(one) ? 'now' : 'already'} requires ${one.name}`)
        return { kind: 'change', done, changed: fresh.size }
      },
    }
  },
})

export const roleUnrequire = changeCommand({
  name: 'role unrequire',
  summary: 'Makes a role no longer require classes',
  syntax: 'role unrequire <role:thing> <classes:item>...',
  examples: ['role unrequire LiveSite BigMem'],
  async plan({ role, classes }, asking) {
    const found = await groupNamed(asking.view, role, ROLE)
    const wanted = await groupsListed(asking, classes, CLASS)
    return {
      targets: summaries([found, ...wanted]),
      async run(change) {
        await unrequireClasses(change, found, wanted)
        const done = wanted.map(({ name }) => `${found.name} no longer requires ${name}`)
        return { kind: 'change', done, changed: wanted.length }
      },
    }
  },
})
