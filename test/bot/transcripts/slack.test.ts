// What people see in Slack, as it is written in slack.txt.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { play, readTranscripts, type Stage } from './play.ts'
import { openSlack } from './slack-stage.ts'

describe('in Slack', () => {
  let stage: Stage & { end(): Promise<void> }
  beforeAll(async () => {
    stage = await openSlack()
  })
  afterAll(() => stage.end())
  const file = 'test/bot/transcripts/slack.txt'
  for (const transcript of readTranscripts(readFileSync(file, 'utf8')))
    it(transcript.title, () => play(transcript, stage, file), 120_000)
})
