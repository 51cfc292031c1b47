// What people see in Discord, as it is written in discord.txt.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openDiscord } from './discord-stage.ts'
import { play, readTranscripts, type Stage } from './play.ts'

describe('in Discord', () => {
  let stage: Stage & { end(): Promise<void> }
  beforeAll(async () => {
    stage = await openDiscord()
  })
  afterAll(() => stage.end())
  const file = 'test/bot/transcripts/discord.txt'
  for (const transcript of readTranscripts(readFileSync(file, 'utf8')))
    it(transcript.title, () => play(transcript, stage, file), 120_000)
})
