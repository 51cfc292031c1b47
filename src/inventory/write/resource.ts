// A resource with those of its attributes that a rule reads. The rules themselves are listed in resource-rules.ts.
import type { Change } from '../change.ts'
import { InventoryError, type ResourceFault } from '../error.ts'

export interface Resource {
  readonly id: number
  readonly name: string
  /** As text, without those of a subkey and of ports. */
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** What must hold for things of one type, whoever wrote them. */
export interface ResourceRule {
  /** The keys that it reads: it is checked where one of them is written. */
  readonly keys: readonly string[]
  /** Throws InventoryError `illegal-resource`. */
  check(change: Change, resources: readonly Resource[]): Promise<void>
}

/** The one value of a key, or null. Throws `illegal-resource` (`several`). */
export function settingOf(resource: Resource, key: string): string | null {
  const [value = null, ...others] = resource.values.get(key) ?? []
  if (value !== null && others.length > 0) throw illegal(resource, key, value, 'several', [value, ...others].join(', '))
  return value
}

export function illegal(
  { name }: Pick<Resource, 'name'>,
  key: string,
  value: string,
  fault: ResourceFault,
  detail = '',
): InventoryError {
  return new InventoryError('illegal-resource', { thing: name, key, value, fault, detail })
}
