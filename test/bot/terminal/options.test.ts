import { describe, expect, test } from 'vitest'
import { readConfig } from '../../../src/bot/config.ts'
import { BotError } from '../../../src/bot/error.ts'
import { Early } from '../../../src/bot/terminal/early.ts'
import { readOptions } from '../../../src/bot/terminal/options.ts'
import { runTerminal } from '../../../src/bot/terminal/terminal.ts'

function refusal(...argv: string[]) {
  try {
    readOptions(argv)
  } catch (error) {
    if (error instanceof BotError) return error.facts
    throw error
  }
  return null
}

describe('options', () => {
  test('stand before the command', () => {
    expect(readOptions(['--json', '--data', 'd', '--keep-going', 'find', '--json', 'x'])).toMatchObject({
      json: true,
      data: 'd',
      keepGoing: true,
      demo: false,
      words: ['find', '--json', 'x'],
    })
  })

  test('with values take them after a space or an equals sign', () => {
    expect(readOptions(['--data=a b', '--demo', '--as', 'bob', 'whoami'])).toMatchObject({
      data: 'a b',
      demo: true,
      as: 'bob',
      words: ['whoami'],
    })
  })

  test('end at two dashes, and a single dash is none', () => {
    expect(readOptions(['--', '--json']).words).toEqual(['--json'])
    expect(readOptions(['-']).words).toEqual(['-'])
    expect(readOptions(['--', 'find', '--yes']).words).toEqual(['find', '--yes'])
  })

  test.each([
    ['--nope', ['--nope', 'find']],
    ['-x', ['-x', 'find']],
    ['--data', ['--data']],
    ['--data', ['--data=']],
    ['--json=yes', ['--json=yes', 'find']],
    // It would be a value else.
    ['--yes', ['attr', 'set', 'web01', 'note', '--yes']],
    ['--data', ['serve', '--data', 'd9']],
    ['--data', ['serve', '--data=d9']],
    ['--demo', ['serve', '--until-idle', '--demo']],
    ['--json', ['worker', '--json']],
  ])('%s is refused', (option, argv) => {
    expect(refusal(...argv)).toMatchObject({ option })
  })

  test('that are begun are completed', () => {
    expect(refusal('--keep', 'run', 'x')).toMatchObject({ suggestions: ['--keep-going'] })
  })
})

test.each(['serve', 'worker'])('%s takes no words', async (word) => {
  const config = readConfig({ data: '/nowhere', demo: false }, {})
  const ran = runTerminal(readOptions([word, 'extra']), config, await Early.begin(config))
  await expect(ran).rejects.toMatchObject({ code: 'bad-option', facts: { option: word } })
})
