// Text that compares as a number: `16G` is 17179869184, so that `attr:memory>=16K` finds integers and such text alike.

const SHAPE = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?([KMGTP]?)$/i
const POWERS = 'KMGTP'
const MAX_LENGTH = 100

/**
 * The number that a text compares as, in decimal digits without rounding (`1.5K` -> `1536`), or null where it is none.
 * K M G T P are powers of 1024, in either case; leading zeros (`012`) make a text, not a number.
 */
export function readNumber(text: string): string | null {
  const match = text.length <= MAX_LENGTH ? SHAPE.exec(text) : null
  if (!match) return null
  const [, sign = '', whole = '0', fraction = '', unit = ''] = match
  const power = unit === '' ? 0n : BigInt(POWERS.indexOf(unit.toUpperCase()) + 1)
  const digits = (BigInt(whole + fraction) * 1024n ** power).toString().padStart(fraction.length + 1, '0')
  const point = digits.length - fraction.length
  const decimals = digits.slice(point).replace(/0+$/, '')
  const number = decimals === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${decimals}`
  return number === '0' ? '0' : sign + number
}
