// Takes device types of the NetBox community's library as drivers, as one version.
import type { NamedSpec } from '../inventory/catalogue.ts'
import { readDeviceTypes } from '../inventory/import/devicetype/read.ts'
import { addDrivers, driverChanges } from '../inventory/write/drivers.ts'
import { changeCommand } from './command.ts'
import { refuseImport } from './import.ts'

const SHOWN = 50

export const importDevicetype = changeCommand({
  name: 'import devicetype',
  summary: 'Makes drivers of device types: YAML files of the NetBox library, one or a folder of them',
  syntax: 'import devicetype <file:string>',
  examples: ['import devicetype PowerEdge-R740.yaml', 'import devicetype device-types/Dell'],
  file: ({ file }) => file,
  async plan({ file }, { view, file: content }) {
    const { drivers, refused } = readDeviceTypes(file, content ?? new Uint8Array(), view.catalogue)
    if (refused.length > 0) refuseImport(file, refused)
    const { fresh, changed, same } = await driverChanges(view, drivers)
    return {
      targets: [],
      async run(change) {
        const specs = new Map(drivers.map((driver) => [driver.name, driver]))
        const lines = (names: readonly { readonly name: string }[], word: string) =>
          names.map(({ name }) => `driver ${name} ${word}${told(specs.get(name))}`)
        const already =
          same.length === 1 ? [`driver ${same[0]} is there already`] : [`${same.length} drivers are there already`]
        const done = [...lines(fresh, 'added'), ...lines(changed, 'changed')]
        const written = await addDrivers(change, drivers)
        return {
          kind: 'change',
          done: [
            ...done.slice(0, SHOWN),
            ...(done.length > SHOWN ? [`and ${done.length - SHOWN} more drivers: \`driver list\``] : []),
            ...(same.length > 0 ? already : []),
          ],
          changed: written,
        }
      },
    }
  },
})

/** ` (server, 2 U, nic-eth 3, pwr-nema-5 2)` */
function told(driver: NamedSpec | undefined): string {
  if (!driver) return ''
  const { extends: base, units, ports = {} } = driver.spec
  const counts = Object.entries(ports).map(([type, { count }]) => `${type} ${count}`)
  return ` (${[base, `${units} U`, ...counts].join(', ')})`
}
