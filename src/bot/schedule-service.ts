// Schedules in this process: ticked for as long as it stays.
import type { Ticker } from '../jobs/schedules/ticker.ts'
import type { Message } from './message.ts'
import type { Bot } from './pipeline.ts'
import type { Service } from './services.ts'

/** `writeFile` keeps what a scheduled command makes as a file. */
export function scheduleService(bot: Bot, writeFile: Message['writeFile']): Service {
  let ticker: Ticker | null = null
  return {
    async start() {
      // What a process that only answers once does not load.
      const [{ Ticker: Impulse }, { scheduleDesk }] = await Promise.all([
        import('../jobs/schedules/ticker.ts'),
        import('./scheduled.ts'),
      ])
      ticker = new Impulse({ inventory: bot.inventory, desk: scheduleDesk(bot, writeFile), onTrouble })
      await ticker.start()
    },
    stop: async () => ticker?.stop(),
  }
}

/** Told once an outage; the next tick tries again. */
function onTrouble(error: unknown): void {
  const reason = error instanceof Error ? (error.message.split(' - ').at(-1) ?? '') : String(error)
  process.stderr.write(`clusto: the schedules have trouble: ${reason}\n`)
}
