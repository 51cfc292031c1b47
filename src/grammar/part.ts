// Parts of things: a port (`server1:nic-eth:2`) or a rack unit (`rack101:U13`).

/** What a text names, before anybody looked it up. */
export type PartName =
  | { readonly tag: 'thing'; readonly name: string }
  | { readonly tag: 'port'; readonly name: string; readonly type: string; readonly number: number }
  | { readonly tag: 'unit'; readonly name: string; readonly unit: number }

const MAC = /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i
const IPV6 = /^(?=.*:.*:)[0-9a-f:]*(?:\d{1,3}(?:\.\d{1,3}){3})?(?:\/\d{1,3})?$/i
const PORT = /^([^:]+):([a-z][a-z0-9-]*):(\d{1,9})$/i
const UNIT = /^([^:]+):r?u(\d{1,4}(?:\.5)?)$/i

/** Whether a text with colons is an address (MAC or IPv6) and not a part. */
export const isColonAddress = (text: string): boolean => MAC.test(text) || (IPV6.test(text) && !PORT.test(text))

/** `s1:nic-eth:1` is a port, `rack101:U13` (or `:RU13`) a unit, a text without colon or an address a thing; null for anything else. */
export function readPart(text: string): PartName | null {
  if (!text.includes(':') || isColonAddress(text)) return { tag: 'thing', name: text }
  const unit = UNIT.exec(text)
  if (unit?.[1] && unit[2]) return { tag: 'unit', name: unit[1], unit: Number(unit[2]) }
  const port = PORT.exec(text)
  if (port?.[1] && port[2] && port[3]) {
    return { tag: 'port', name: port[1], type: port[2].toLowerCase(), number: Number(port[3]) }
  }
  return null
}
