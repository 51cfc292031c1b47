// Services: named instances of a role on a thing, so that two databases on one machine are two services.
import { nameKey } from '../grammar/name.ts'
import { InventoryError } from '../inventory/error.ts'
import { driverNamed } from '../inventory/query/drivers.ts'
import { momentOf } from '../inventory/query/moment.ts'
import { findNames } from '../inventory/query/names.ts'
import { createServices, refuseElsewhere, servicesOf } from '../inventory/resources/services.ts'
import type { View } from '../inventory/view.ts'
import { changeCommand, readCommand } from './command.ts'
import {
  deleteGroup,
  type GroupKind,
  groupNamed,
  insertIntoGroup,
  lookupSome,
  namesOf,
  refuseOther,
  removeFromGroup,
} from './groups.ts'
import { ROLE } from './role.ts'
import { summaries } from './targets.ts'

export const SERVICE: GroupKind<'service'> = { word: 'service', plural: 'services', types: ['service'] }

export const serviceCreate = changeCommand({
  name: 'service create',
  summary: 'Makes a service: an instance of a role on a thing, at a port',
  syntax: 'service create <names:range>... [role <role:thing>] [on <machine:thing>] [port <port:int>]',
  examples: [
    'service create dbslave14 role DbSlave on server1',
    'service create dbslave15 role DbSlave on server1 port 3307',
  ],
  async plan({ names, role, machine, port }, { view }) {
    const found = await lookupSome(view, { role, machine })
    if (found.role) refuseOther(found.role, ROLE, role?.at)
    const wanted = namesOf(names)
    if (!found.role) await refuseRoles(view, wanted)
    if (found.machine) await refuseElsewhere(view, wanted.map(nameKey), found.machine)
    const driver = driverNamed(view.catalogue, { text: 'service', at: 0 })
    return {
      targets: summaries([found.role, found.machine].filter((thing) => thing !== undefined)),
      async run(change) {
        const { role, machine } = found
        const made = await createServices(change, { names: wanted, driver, role, machine, port })
        const said = [
          ...(role ? [`role ${role.name}`] : []),
          ...(machine ? [`on ${machine.name}`] : []),
          ...(port === undefined ? [] : [`port ${port}`]),
        ].join(', ')
        const done = made.map(({ name }) => `service ${name} created${said === '' ? '' : `: ${said}`}`)
        // A word too many may have been meant as the role.
        const isUnclear = names.length > 1 && machine !== undefined && role === undefined
        return {
          kind: 'change',
          done: isUnclear
            ? [...done, `these are ${made.length} services without a role; one is given with \`role <name>\``]
            : done,
          changed: made.length,
        }
      },
    }
  },
})

/** A role without the word `role` before it would be one more service. Throws `role-as-name`. */
async function refuseRoles(view: View, wanted: readonly string[]): Promise<void> {
  const names = await findNames(
    view,
    wanted.map((text) => ({ kind: 'role', text, at: 0 })),
    null,
  )
  const role = wanted.find((text) => names.things('role', text).length > 0)
  if (role === undefined) return
  const service = wanted.find((text) => text !== role) ?? null
  throw new InventoryError('role-as-name', { role, service })
}

export const serviceDelete = deleteGroup(SERVICE, ['service delete idle01'])

export const serviceShow = readCommand({
  name: 'service show',
  summary: 'Services: what role each is of, what it runs on, its port and its VIPs',
  syntax: 'service show [<service:thing>] [as of <when>]',
  examples: ['service show', 'service show blog01'],
  async run({ service, when }, { view, now, limit }) {
    const moment = await momentOf(view, when ?? null, now)
    const ids = service ? [(await groupNamed(view, service, SERVICE, moment)).id] : null
    const found = await servicesOf(view, ids, moment, limit)
    const listed = (names: readonly string[]) => (names.length === 0 ? null : names.join(', '))
    return {
      kind: 'table',
      columns: ['service', 'role', 'on', 'port', 'vip'],
      rows: found.map(({ service, roles, machines, port, vips }) => [
        service,
        listed(roles),
        listed(machines),
        portCell(port),
        listed(vips),
      ]),
    }
  },
})

/** A port as a number where it is one. */
export const portCell = (port: string | null): number | string | null =>
  port !== null && /^\d{1,5}$/.test(port) ? Number(port) : port

export const serviceInsert = insertIntoGroup(SERVICE, ['service insert web05 into idle01'])

export const serviceRemove = removeFromGroup(SERVICE, ['service remove web04 from blog04'])
