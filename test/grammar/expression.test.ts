import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const grammar = new URL('../../src/grammar/', import.meta.url)
const script = new URL('../../scripts/grammar.mjs', import.meta.url)

test('expression.ts is what `npm run grammar` makes of expression.ne', () => {
  const program = `
    import { readFileSync } from 'node:fs'
    import { compileGrammar } from ${JSON.stringify(script.href)}
    process.stdout.write(compileGrammar(readFileSync(new URL('expression.ne', ${JSON.stringify(grammar.href)}), 'utf8')))`
  const made = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(readFileSync(new URL('expression.ts', grammar), 'utf8')).toBe(made)
})
