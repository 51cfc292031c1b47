// What a spreadsheet must not take for more than text.

// A formula begins so, and anybody could have typed it.
const FORMULA = /^[=+\-@\t\r]/

export const spreadsheetCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)
