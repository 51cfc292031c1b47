// A name that nothing has is a warning wherever an expression is asked, and an answer that is cut says so.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Desk } from '../inventory/import/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
  await desk.done('add server s1 env=prod', 'change')
})
afterAll(() => desk.close())

test.each([
  ['attr get nosuch env', 'values'],
  ['explain nosuch', 'lines'],
  ['diff version 0 nosuch', 'table'],
] as const)('%s', async (text, kind) => {
  const { warnings = [] } = await desk.done(text, kind)
  expect(warnings).toMatchObject([{ kind: 'thing', name: 'nosuch' }])
})

test.each([
  ['attr get s1 env', 'values'],
  ['explain s1', 'lines'],
  // Unknown before it was added.
  ['diff version 0 s1', 'table'],
] as const)('%s', async (text, kind) => {
  expect((await desk.done(text, kind)).warnings).toEqual([])
})
