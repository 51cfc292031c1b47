// Takes secrets out of a text before it is kept anywhere: in the audit, a version, a proposal, a run or a log. What is
// named like a secret (`db_password`, `api.token`) has no value there any more. Rather too much goes than too little.
import type { Invocation } from '../grammar/ast.ts'
import { printKey } from '../grammar/key.ts'
import { isSecret } from '../inventory/write/keys.ts'

export const REDACTED = '[redacted]'

// `admin_password`, `disk.token#0`; what stands before the last dot or behind it may say so.
const KEY = String.raw`[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?(?:#\d*)?`
const DOUBLE = '"“”„‟'
const SINGLE = "'‘’‚‛"
const QUOTE = String.raw`\\*[${DOUBLE}${SINGLE}]`
// From one quote to the next of its kind, or to the end where there is none.
const quoted = (kind: string) => String.raw`[${kind}](?:\\[^]|[^${kind}\\])*(?:[${kind}]|$)`
// Of what is in brackets, or in quotes inside quotes, the end is not looked for: all that follows goes.
const VALUE = [
  String.raw`\\+[${DOUBLE}${SINGLE}][^]*$`,
  quoted(DOUBLE),
  quoted(SINGLE),
  '[[{][^]*$',
  // Up to what closes something at its end; greedy, since looking ahead at each character takes as long as it is, squared.
  String.raw`\S*[^\s${DOUBLE}${SINGLE})}\],]|\S`,
].join('|')
// `password=x`, `"token": "x"`, `secret : x`
const PAIR = new RegExp(
  String.raw`(?<![\w.-])(?<key>${KEY})(?<sign>(?:${QUOTE})?\s*[=:]\s*(?:thing:|json:)?)(?:${VALUE})`,
  'g',
)
// `attr:password>=x`, `attr:"password",x`
const CONDITION = new RegExp(
  String.raw`(?<before>attr:\s*(?:${QUOTE})?)(?<key>${KEY})(?<sign>(?:${QUOTE})?\s*[=!<>,]+\s*)(?:${VALUE})`,
  'gi',
)
// A word that is a key and nothing else, and what follows it.
const WORD = new RegExp(String.raw`(?<=^|\s)(?<open>${QUOTE})?(?<key>${KEY})(?:${QUOTE})?(?=\s+\S)`, 'g')
const BECAUSE = new RegExp(String.raw`(?<!\s)\s+because\s+(?:${quoted(DOUBLE)}|${quoted(SINGLE)})\s*$`, 'i')

/** `invocation` is what it was understood as; null where it was not. */
export function redact(text: string, invocation: Invocation | null): string {
  const paired = pairs(text)
  if (invocation === null) return afterKey(paired, isSecretKey) ?? paired
  // A line that is kept for later says as little: what it would be understood as is looked at when it is done.
  if (holdsLine(invocation)) return afterKey(paired, isSecretKey) ?? paired
  const keys = secretKeys(invocation)
  if (keys.size === 0) return paired
  // Where an alias stands for the key, all that is typed behind the alias goes.
  return afterKey(paired, (key) => keys.has(key.toLowerCase())) ?? upTo(paired, /^\s*\S*/.exec(paired)?.[0].length ?? 0)
}

/** As it is kept: its text and its reason redacted; what it does is as typed. */
export function redacted(invocation: Invocation): Invocation {
  const { means } = invocation
  const text = redact(invocation.text, invocation)
  const because = invocation.because === null ? null : pairs(invocation.because)
  if (text === invocation.text && because === invocation.because && means === undefined) return invocation
  return Object.freeze({
    ...invocation,
    text,
    ...(means === undefined ? {} : { means: redact(means, invocation) }),
    because,
  })
}

/** Only where a key and a sign stand before the value. */
export const pairs = (text: string): string => withoutValues(withoutValues(text, CONDITION), PAIR)

function withoutValues(text: string, pattern: RegExp): string {
  let left = ''
  let from = 0
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { before = '', key = '', sign = '' } = match.groups ?? {}
    if (isSecretKey(key)) {
      left += `${text.slice(from, match.index)}${before}${key}${sign}${REDACTED}`
      from = match.index + match[0].length
      // What another key has for a value may itself hold a secret: `json:'{"token":"x"}'`.
    } else pattern.lastIndex = match.index + before.length + key.length + sign.length
  }
  return left + text.slice(from)
}

const isSecretKey = (key: string): boolean => key.split(/[.#]/).some((part) => isSecret(part))

/** What follows the first word that is such a key goes, but for a reason at the end. */
function afterKey(text: string, isMeant: (key: string) => boolean): string | null {
  for (const match of text.matchAll(WORD))
    if (isMeant(match.groups?.key ?? '')) return upTo(text, match.index + match[0].length)
  return null
}

function upTo(text: string, end: number): string {
  const because = BECAUSE.exec(text.slice(end))?.[0] ?? ''
  const between = text.slice(end, text.length - because.length)
  return between.trim() === '' ? text : `${text.slice(0, end)} ${REDACTED}${because}`
}

/** The keys of secrets that a command, or one inside it, would give values to; in lower case, as typed. */
function secretKeys({ args }: Invocation): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one)
    else if (typeof node === 'object' && node !== null) {
      if ('key' in node && 'values' in node && isKey(node.key)) {
        const printed = printKey(node.key)
        if (isSecretKey(printed)) found.add(printed.toLowerCase())
      }
      for (const part of Object.values(node)) visit(part)
    }
  }
  visit(args)
  return found
}

/** `alias p = attr set s1 password x`: all behind the sign is one argument, not understood yet. */
function holdsLine({ args: { definition, command } }: Pick<Invocation, 'args'>): boolean {
  return [definition, command].some((part) => {
    if (typeof part !== 'object' || part === null) return false
    return 'args' in part ? holdsLine(part as Invocation) : 'text' in part
  })
}

function isKey(node: unknown): node is Parameters<typeof printKey>[0] {
  return typeof node === 'object' && node !== null && 'key' in node && typeof node.key === 'string' && 'number' in node
}
