// A form of Slack: one line that is asked for before a button does what it does.
import type { types } from '@slack/bolt'
import type { Incoming } from '../inbox/incoming.ts'
import type { Form } from '../outbox/post.ts'
import { LINE, pressedText } from './events.ts'

// Characters.
const TITLE = 24
const LABEL = 2000
const PREFILLED = 3000

export function formView(form: Form, pressed: Incoming & { kind: 'press' }): types.ModalView {
  const plain = (text: string, most: number): types.PlainTextElement => ({
    type: 'plain_text',
    text: text.slice(0, most),
  })
  return {
    type: 'modal',
    callback_id: 'form',
    private_metadata: pressedText(pressed),
    title: plain(form.title, TITLE),
    submit: plain('Go on', TITLE),
    close: plain('Cancel', TITLE),
    blocks: [
      {
        type: 'input',
        block_id: LINE.block,
        label: plain(form.label, LABEL),
        element: {
          type: 'plain_text_input',
          action_id: LINE.action,
          ...(form.prefilled === '' ? {} : { initial_value: form.prefilled.slice(0, PREFILLED) }),
        },
      },
    ],
  }
}
