// Reads device types from a file or a folder: all of them become drivers, or the answer says which lines do not fit.
import { nameKey } from '../../../grammar/name.ts'
import type { Catalogue, NamedSpec } from '../../catalogue.ts'
import { readYamlDocuments } from '../document/yaml.ts'
import type { Refusal } from '../draft.ts'
import { readText, UnreadableFile } from '../text.ts'
import { type NamedFile, unpackFiles } from './archive.ts'
import { driverFor } from './driver.ts'
import { readDeviceType } from './read-device-type.ts'

// A device type is a few kilobytes; in bytes.
const LARGEST = 2 ** 20
const IS_YAML = /\.ya?ml$/i

export interface DeviceTypes {
  readonly drivers: readonly NamedSpec[]
  readonly refused: readonly Refusal[]
}

/** `name` is the file as it was asked for. */
export function readDeviceTypes(name: string, bytes: Uint8Array, catalogue: Catalogue): DeviceTypes {
  const refused: Refusal[] = []
  const drivers = new Map<string, { readonly named: NamedSpec; readonly from: string }>()
  for (const file of filesOf(name, bytes, refused)) {
    const fail = (line: number | null, reason: string) => void refused.push({ file: file.name, line, reason })
    for (const { type, line, faults } of documentsOf(file, fail)) {
      for (const fault of faults) fail(fault.line, fault.reason)
      if (type === null) continue
      const named = driverFor(type, catalogue)
      const known = catalogue.get(named.name)
      const twin = drivers.get(nameKey(named.name))
      if (twin) fail(line, `${named.name} is there twice, first in ${twin.from}`)
      else if (known && known.name === known.type) fail(line, `${known.name} is the name of a driver that ships`)
      else drivers.set(nameKey(named.name), { named, from: `${file.name}${line === null ? '' : `:${line}`}` })
    }
  }
  return { drivers: [...drivers.values()].map(({ named }) => named), refused }
}

function filesOf(name: string, bytes: Uint8Array, refused: Refusal[]): readonly NamedFile[] {
  try {
    const files = unpackFiles(bytes)
    if (files === null) return [{ name, content: bytes }]
    const yaml = files.filter((file) => IS_YAML.test(file.name))
    if (yaml.length === 0) refused.push({ line: null, reason: 'it holds no .yaml or .yml file' })
    return yaml
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    refused.push({ line: null, reason: error.message })
    return []
  }
}

function documentsOf(
  { content }: NamedFile,
  fail: (line: number | null, reason: string) => void,
): readonly ReturnType<typeof readDeviceType>[] {
  try {
    if (content.length > LARGEST)
      throw new UnreadableFile(`it is larger than ${LARGEST / 1024} KB: a device type is a few lines a port`)
    const documents = readYamlDocuments(readText(content))
    if (documents.length === 0) fail(null, 'it is empty')
    return documents.map(readDeviceType)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    fail(error.line, error.message)
    return []
  }
}
