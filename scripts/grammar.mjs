// Compiles src/grammar/expression.ne with nearley's compiler and writes expression.ts beside it, as typed data: nearleyc's
// own TypeScript output is untyped. `npm run grammar`; a test checks that the result is up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const nearley = require('nearley')
const compile = require('nearley/lib/compile.js')
const language = require('nearley/lib/nearley-language-bootstrapped.js')

/** The text of expression.ts for the text of expression.ne. */
export function compileGrammar(text) {
  const parser = new nearley.Parser(nearley.Grammar.fromCompiled(language))
  parser.feed(text)
  const compiled = compile(parser.results[0], { version: '' })
  const rules = compiled.rules.map((rule) => {
    const symbols = rule.symbols.map((symbol) =>
      typeof symbol === 'string' ? `'${symbol}'` : `terminal.${symbol.token}`,
    )
    const postprocess = rule.postprocess ? `, ${rule.postprocess.trim()}` : ''
    return `  rule('${rule.name}', [${symbols.join(', ')}]${postprocess}),`
  })
  return [
    '// Made of expression.ne by `npm run grammar`: change it there.',
    "import * as draft from './draft.ts'",
    "import { type Rule, rule } from './rule.ts'",
    "import * as terminal from './terminal.ts'",
    '',
    'export const EXPRESSION_RULES: readonly Rule[] = [',
    ...rules,
    ']',
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL('../src/grammar/', import.meta.url)
  writeFileSync(
    new URL('expression.ts', folder),
    compileGrammar(readFileSync(new URL('expression.ne', folder), 'utf8')),
  )
}
