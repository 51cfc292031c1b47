// A form as a modal of Discord: one line, which is sent under the id of the button that asked for it.
import type { APIModalInteractionResponseCallbackData } from 'discord.js'
import type { Form } from '../outbox/post.ts'

// Discord's numbers, and its limits.
const ROW = 1
const TEXT_INPUT = 4
const ONE_LINE = 1
const TITLE = 45
const LABEL = 45
const TYPED = 2000

export function formModal(button: string, { title, label, prefilled }: Form): APIModalInteractionResponseCallbackData {
  const input = {
    ...{
      type: TEXT_INPUT,
      custom_id: button,
      style: ONE_LINE,
      label: cut(label, LABEL),
      required: true,
      max_length: TYPED,
    },
    ...(prefilled === '' ? {} : { value: cut(prefilled, TYPED) }),
  }
  return { custom_id: button, title: cut(title, TITLE), components: [{ type: ROW, components: [input] }] }
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)
