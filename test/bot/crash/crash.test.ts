// Nothing that was acknowledged is lost, nothing is done twice, and each answer is in its own thread, wherever the bot is
// killed. `RUNS=200` kills so often, under a thousand commands.
import { describe, expect, test } from 'vitest'
import { CHAT_POINTS } from '../../../src/bot/fault.ts'
import { databases } from '../../inventory/open.ts'
import { crash } from './crash.ts'

const RUNS = Number(process.env.RUNS ?? 0)
const EVENTS = RUNS > 0 ? 1000 : 60

describe.each(databases)('commands in Slack, on %s', (kind) => {
  test('are done once and answered once, although the bot is killed at every point', async () => {
    const rounds = Math.max(1, Math.floor(RUNS / (CHAT_POINTS.length + 1)))
    const kills = Array.from({ length: rounds }, () => [...CHAT_POINTS, null]).flat()
    expect(await crash({ kind, kills, events: EVENTS })).toEqual({ kills: kills.length, missed: [], wrong: [] })
  }, 7_200_000)
})
