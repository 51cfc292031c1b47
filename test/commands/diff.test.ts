// The net difference between two moments is told once, however many versions lie between them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Desk } from '../inventory/import/desk.ts'

describe('a thing that many versions changed', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await Desk.open()
    await desk.done('add server web04 env=prod', 'change')
    await desk.done('add server web05', 'change')
    await desk.done('connect web04:nic-eth:1 web05:nic-eth:1', 'change')
    for (const env of ['a', 'b', 'c']) await desk.done(`attr set web04 env ${env}`, 'change')
    await desk.done('rename web05 web06', 'change')
    await desk.done('rename web06 web07', 'change')
    await desk.done('rename web07 web08', 'change')
  })
  afterAll(() => desk.close())

  test.each([
    ['diff version 3 version 6 web04', [['web04', 'env: prod -> c']]],
    ['diff version 6 version 3 web04', [['web04', 'env: c -> prod']]],
    ['diff version 3 version 9 web05 or web08', [['web08', 'renamed web05 -> web08']]],
    [
      'diff version 3 version 9',
      [
        ['web04', 'env: prod -> c'],
        ['web08', 'renamed web05 -> web08'],
      ],
    ],
    [
      'diff version 1 version 6 web05',
      [
        ['web05', 'added (server)'],
        ['web05', 'connected nic-eth:1 to web04:nic-eth:1'],
      ],
    ],
  ])('%s', async (text, rows) => {
    expect((await desk.done(text, 'table')).rows).toEqual(rows)
  })

  test('history and undo tell each change once', async () => {
    const history = await desk.done('history web04', 'history')
    const lines = JSON.stringify(history)
    expect(lines.split('env: prod -> a')).toHaveLength(2)
    expect(lines.split('env: b -> c')).toHaveLength(2)
    const { done } = await desk.done('undo 9', 'change')
    expect(done).toEqual(['version 9 is taken back', 'web07 renamed web08 -> web07'])
  })
})
