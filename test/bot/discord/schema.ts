// Discord's own description of its HTTP API, the part that the fake server speaks: what is received and what is answered
// is held against it.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const FILE = new URL('../../fixtures/discord-openapi.json.gz', import.meta.url)

interface Body {
  readonly content?: { readonly 'application/json'?: { readonly schema?: object } }
}
interface Operation {
  readonly requestBody?: Body
  readonly responses: Readonly<Record<string, Body>>
}
interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const api = JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as Api
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false }).addSchema(api, 'discord')
const compiled = new Map<string, ValidateFunction | null>()

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')

function validator(pointer: readonly string[], isThere: boolean): ValidateFunction | null {
  const ref = `discord#/${pointer.map(escaped).map(encodeURIComponent).join('/')}`
  let found = compiled.get(ref)
  if (found === undefined) {
    found = isThere ? ajv.compile({ $ref: ref }) : null
    compiled.set(ref, found)
  }
  return found
}

const JSON_SCHEMA = ['content', 'application/json', 'schema']

function trouble(validate: ValidateFunction | null, value: unknown, where: string): string | null {
  if (validate === null || validate(value)) return null
  const [first] = validate.errors ?? []
  return `${where}: ${first?.instancePath ?? ''} ${first?.message ?? ''} in ${JSON.stringify(value).slice(0, 500)}`
}

/** What is wrong with what a client sent; null where nothing is. `path` as in the description, without its body nothing is said. */
export function requestTrouble(method: string, path: string, body: unknown): string | null {
  const operation = api.paths[path]?.[method.toLowerCase()]
  const isThere = operation?.requestBody?.content?.['application/json']?.schema !== undefined
  const pointer = ['paths', path, method.toLowerCase(), 'requestBody', ...JSON_SCHEMA]
  return trouble(validator(pointer, isThere), body, `${method} ${path}`)
}

/** What is wrong with what the fake server answers: a mistake of the fake. */
export function answerTrouble(method: string, path: string, status: number, body: unknown): string | null {
  const operation = api.paths[path]?.[method.toLowerCase()]
  if (!operation) return `${method} ${path} is not in the description`
  const isThere = operation.responses[status]?.content?.['application/json']?.schema !== undefined
  const pointer = ['paths', path, method.toLowerCase(), 'responses', `${status}`, ...JSON_SCHEMA]
  return trouble(validator(pointer, isThere), body, `${status} of ${method} ${path}`)
}

/** Before a client waits for it: this takes a while. */
export function prepare(method: string, path: string): void {
  requestTrouble(method, path, null)
  for (const status of Object.keys(api.paths[path]?.[method.toLowerCase()]?.responses ?? {}))
    answerTrouble(method, path, Number(status), null)
}
