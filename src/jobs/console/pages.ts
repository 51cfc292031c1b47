// A console's output as pages that each are one message: what a phone shows at once. It is made plain before: no control
// sequences, lines that end in a line feed.

// A page is full with so many of these.
const LINES = 15
const CHARACTERS = 900

// `ESC [31m`, `ESC ]0;title BEL`, `ESC (B`: of the control characters only ESC begins them.
const SEQUENCES = /(?![\n\r\t])\p{Cc}(?:\[[0-?]*[ -/]*[@-~]|\][^\p{Cc}]*(?:(?![\n\r\t])\p{Cc}\\?)|[()][0-9A-Za-z])/gu
const CONTROLS = /(?![\n\t])[\p{Cc}\p{Cs}]/gu

export function plainOutput(text: string): string {
  return text
    .replaceAll(SEQUENCES, '')
    .replaceAll(/\r+\n|\r/g, '\n')
    .replaceAll(CONTROLS, '')
}

/** The last page as it is now, and those that follow it. */
export function paged(last: string, text: string): string[] {
  const pages: string[] = []
  let page = last
  for (const piece of text.split(/(?<=\n)/)) {
    for (let rest = piece; rest !== ''; ) {
      const isBegun = page !== '' && page.endsWith('\n')
      if ((isBegun && page.split('\n').length > LINES) || page.length >= CHARACTERS) {
        pages.push(page)
        page = ''
      }
      const taken = rest.slice(0, CHARACTERS - page.length)
      page += taken
      rest = rest.slice(taken.length)
    }
  }
  return [...pages, page]
}
