// What Postgres and the operating system throw is told in words that say what to do.
import { expect, it } from 'vitest'
import { refusalOf } from '../../src/bot/refusal.ts'

it.each(['53100', 'ENOSPC', 'EDQUOT'])('no space left on the disk (%s)', (code) => {
  const error = Object.assign(new Error('write'), { code, syscall: 'write' })
  expect(refusalOf(error, 'add server web1')).toMatchObject({ source: 'database', code: 'disk-full' })
})

it.each(['25P03', '57P01', 'ECONNRESET'])('a server that has gone away (%s)', (code) => {
  const error = Object.assign(new Error('gone'), { code })
  expect(refusalOf(error, 'add server web1')).toMatchObject({ source: 'database', code: 'database-unreachable' })
})
