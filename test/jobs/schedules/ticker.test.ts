// What ticks in the background writes nothing into the journal of the service.
import { afterEach, expect, test, vi } from 'vitest'
import { Ticker } from '../../../src/jobs/schedules/ticker.ts'
import { closeInventory, openInventory } from '../../inventory/open.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a tick that comes late is not told, and the next ones come', async () => {
  const inventory = await openInventory('embedded')
  // Each tick finds a database that is gone, and goes on.
  await closeInventory(inventory)
  const said = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name))
  const troubles: unknown[] = []
  const ticker = new Ticker({ inventory, desk: {} as never, onTrouble: (error) => troubles.push(error) })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  await ticker.start()
  const tick = vi.spyOn(ticker, 'tick')
  vi.setSystemTime(Date.now() + 17_000)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(tick.mock.calls.length).toBeGreaterThan(2)
  await ticker.stop()
  expect(said.flatMap((spy) => spy.mock.calls)).toEqual([])
  expect(troubles.length).toBe(1)
})
