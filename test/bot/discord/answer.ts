// What the fake Discord answers to a request, and its errors as Discord words them.

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const MESSAGES: Readonly<Record<number, readonly [number, string]>> = {
  10003: [404, 'Unknown Channel'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  40060: [400, 'Interaction has already been acknowledged.'],
  50001: [403, 'Missing Access'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50013: [403, 'Missing Permissions'],
  50024: [400, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50083: [400, 'Thread is archived'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [400, 'Thread is locked'],
}

/** Ends a request with an error of Discord. */
export class Refused extends Error {
  readonly answer: Answer

  constructor(code: number) {
    const [status, message] = MESSAGES[code] ?? [400, 'Unknown error']
    super(message)
    this.answer = { status, body: { message, code } }
  }
}

/** 50035: something is longer, or more, than Discord takes. */
export class InvalidForm extends Error {
  readonly answer: Answer

  constructor(what: string) {
    super(what)
    const errors = { _errors: [{ code: 'BASE_TYPE_BAD', message: what }] }
    this.answer = { status: 400, body: { message: 'Invalid Form Body', code: 50_035, errors } }
  }
}
