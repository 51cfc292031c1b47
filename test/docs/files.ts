// The files that the examples of commands and the pages of docs/ read.
import { readdirSync, readFileSync } from 'node:fs'
import { packFiles } from '../../src/inventory/import/devicetype/archive.ts'
import type { Session } from '../language/session.ts'

/** Device types: one as a file, Dell's as a folder. */
export function provideDeviceTypes(session: Session): void {
  const folder = 'test/fixtures/devicetypes/Dell'
  const dell = readdirSync(folder).map((name) => ({ name, content: readFileSync(`${folder}/${name}`) }))
  const file = readFileSync(`${folder}/PowerEdge-R740.yaml`, 'utf8')
  session.provide('PowerEdge-R740.yaml', file)
  session.provide(`${folder}/PowerEdge-R740.yaml`, file)
  session.provide('device-types/Dell', new TextDecoder().decode(packFiles(dell)))
}
