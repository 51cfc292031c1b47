// What an undo answers: what it took back, as many lines as anybody reads.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Desk } from '../inventory/import/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
afterAll(() => desk.close())

test('fifty lines, then how many more there are; what was written is counted exactly', async () => {
  await desk.done('add pool p[01-60]', 'change')
  const { done, changed } = await desk.done('undo', 'change')
  expect(done).toHaveLength(52)
  expect(done[0]).toBe('version 1 is taken back')
  expect(done[50]).toBe('p50 deleted (pool)')
  expect(done[51]).toBe('… and 10 more')
  expect(changed).toBe(60)
})
