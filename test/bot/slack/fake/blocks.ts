// What Slack takes as blocks and views, and refuses otherwise: the limits of its documentation.
import { at, type Fields, isFields, type Json, listOf, textOf } from './json.ts'
import { Refusal } from './refusal.ts'

export interface Surroundings {
  readonly surface: 'message' | 'modal' | 'home'
  /** Whether a file is there and can be shown. */
  isPicture(id: string): boolean
}

type Complain = (what: string) => void

const MOST = { message: 50, modal: 100, home: 100 }

/** Throws Refusal `invalid_blocks`. */
export function checkBlocks(blocks: Json, surroundings: Surroundings): void {
  const wrong: string[] = []
  const complain: Complain = (what) => wrong.push(what)
  if (!Array.isArray(blocks)) throw new Refusal('invalid_blocks_format')
  if (blocks.length > MOST[surroundings.surface])
    complain(`no more than ${MOST[surroundings.surface]} items allowed [json-pointer:/blocks]`)
  const ids = new Set<string>()
  for (const [index, block] of listOf(blocks).entries()) {
    const pointed: Complain = (what) => complain(`${what} [json-pointer:/blocks/${index}]`)
    if (!isFields(block)) {
      pointed('a block must be an object')
      continue
    }
    const id = textOf(block.block_id)
    if (id.length > 255) pointed('must be less than 256 characters: block_id')
    if (id !== '' && ids.has(id)) pointed(`block_id "${id}" already exists`)
    ids.add(id)
    checkBlock(block, surroundings, pointed)
  }
  if (wrong.length > 0)
    throw new Refusal('invalid_blocks', {
      errors: wrong,
      response_metadata: { messages: wrong.map((what) => `[ERROR] ${what}`) },
    })
}

function checkBlock(block: Fields, surroundings: Surroundings, complain: Complain): void {
  switch (block.type) {
    case 'section': {
      if (block.text === undefined && block.fields === undefined) complain('section needs text or fields')
      if (block.text !== undefined) checkText(block.text, 3000, ['mrkdwn', 'plain_text'], complain)
      const fields = listOf(block.fields)
      if (fields.length > 10) complain('no more than 10 fields')
      for (const field of fields) checkText(field, 2000, ['mrkdwn', 'plain_text'], complain)
      if (block.accessory !== undefined) checkElement(block.accessory, complain)
      return
    }
    case 'header':
      checkText(block.text, 150, ['plain_text'], complain)
      return
    case 'divider':
      return
    case 'context': {
      const elements = listOf(block.elements)
      if (elements.length === 0 || elements.length > 10) complain('context takes 1 to 10 elements')
      for (const one of elements)
        if (at(one, 'type') !== 'image') checkText(one, 3000, ['mrkdwn', 'plain_text'], complain)
      return
    }
    case 'actions': {
      const elements = listOf(block.elements)
      if (elements.length === 0 || elements.length > 25) complain('actions takes 1 to 25 elements')
      for (const one of elements) checkElement(one, complain)
      const ids = elements.map((one) => textOf(at(one, 'action_id'))).filter((id) => id !== '')
      if (new Set(ids).size < ids.length) complain('action_id already exists in the block')
      return
    }
    case 'image':
      checkImage(block, surroundings, complain)
      return
    case 'markdown':
      if (surroundings.surface !== 'message') complain('markdown blocks are for messages')
      if (textOf(block.text) === '' || textOf(block.text).length > 12_000)
        complain('markdown takes 1 to 12,000 characters')
      return
    case 'rich_text':
      if (listOf(block.elements).length === 0) complain('rich_text needs elements')
      return
    case 'input':
      if (surroundings.surface === 'message') complain('input blocks are not for messages')
      checkText(block.label, 2000, ['plain_text'], complain)
      checkElement(block.element ?? null, complain)
      return
    default:
      complain(`unsupported type: ${JSON.stringify(block.type)}`)
  }
}

function checkImage(block: Fields, surroundings: Surroundings, complain: Complain): void {
  const alt = textOf(block.alt_text)
  if (alt === '' || alt.length > 2000) complain('alt_text takes 1 to 2,000 characters')
  if (block.title !== undefined) checkText(block.title, 2000, ['plain_text'], complain)
  const id = textOf(at(block, 'slack_file', 'id'))
  const url = textOf(block.image_url)
  if (id === '' && url === '') complain('an image needs image_url or slack_file')
  if (url.length > 3000) complain('must be less than 3001 characters: image_url')
  if (id !== '' && !surroundings.isPicture(id)) complain('invalid slack file')
}

function checkText(text: Json | undefined, most: number, types: readonly string[], complain: Complain): void {
  const value = textOf(at(text, 'text'))
  if (!types.includes(textOf(at(text, 'type')))) complain(`text must be ${types.join(' or ')}`)
  if (value.length === 0) complain('must be more than 0 characters: text')
  if (value.length > most) complain(`must be less than ${most + 1} characters: text`)
}

function checkElement(element: Json | undefined, complain: Complain): void {
  if (!isFields(element)) {
    complain('an element must be an object')
    return
  }
  if (textOf(element.action_id).length > 255) complain('must be less than 256 characters: action_id')
  switch (element.type) {
    case 'button':
      checkText(element.text, 75, ['plain_text'], complain)
      if (textOf(element.value).length > 2000) complain('must be less than 2001 characters: value')
      if (textOf(element.url).length > 3000) complain('must be less than 3001 characters: url')
      if (element.style !== undefined && !['primary', 'danger'].includes(textOf(element.style)))
        complain('style must be primary or danger')
      return
    case 'plain_text_input':
      if (textOf(element.initial_value).length > 3000) complain('must be less than 3001 characters: initial_value')
      if (textOf(at(element, 'placeholder', 'text')).length > 150) complain('placeholder is too long')
      return
    default:
      complain(`unsupported element: ${JSON.stringify(element.type)}`)
  }
}

/** Throws Refusal `invalid_arguments`, `invalid_blocks`. */
export function checkView(view: Json, surroundings: Surroundings): void {
  const wrong: string[] = []
  const complain: Complain = (what) => wrong.push(`[ERROR] ${what}`)
  if (!isFields(view) || view.type !== surroundings.surface) throw new Refusal('invalid_arguments')
  if (textOf(view.private_metadata).length > 3000) complain('must be less than 3001 characters: private_metadata')
  if (textOf(view.callback_id).length > 255) complain('must be less than 256 characters: callback_id')
  if (view.type === 'modal') {
    checkText(view.title, 24, ['plain_text'], complain)
    const hasInput = listOf(view.blocks).some((block) => at(block, 'type') === 'input')
    if (view.submit !== undefined) checkText(view.submit, 24, ['plain_text'], complain)
    else if (hasInput) complain('submit is required where there are inputs')
    if (view.close !== undefined) checkText(view.close, 24, ['plain_text'], complain)
  }
  if (wrong.length > 0) throw new Refusal('invalid_arguments', { response_metadata: { messages: wrong } })
  checkBlocks(view.blocks ?? null, surroundings)
}
