// Time zones by their IANA names.

/** Those that this program knows, as they are written. */
export function knownZones(): readonly string[] {
  return [...Intl.supportedValuesOf('timeZone'), 'UTC']
}

/** The zone as it is written, however it was typed; null where there is none of that name. */
export function zoneNamed(typed: string): string | null {
  const wanted = typed.toLowerCase()
  const known = knownZones().find((zone) => zone.toLowerCase() === wanted)
  if (known !== undefined) return known
  // Older names, such as US/Pacific; offsets are no zones, since they know no summer.
  if (!/^[a-z][a-z_]*(?:\/[\w+-]+)*$/i.test(typed)) return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: typed }).resolvedOptions().timeZone
  } catch {
    return null
  }
}
