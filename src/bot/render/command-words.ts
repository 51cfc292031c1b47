// What is said where a command refuses.
import type { CommandFacts } from '../../commands/error.ts'
import { counted, type Wording } from './said.ts'

const LINES_SHOWN = 20

/** `line 3`, `Dell/R740.yaml line 3`, `the file` */
function placeIn(file: string | null | undefined, line: number | null): string {
  if (!file) return line === null ? 'the file' : `line ${line}`
  return line === null ? file : `${file} line ${line}`
}

export const COMMAND_WORDS: Wording<CommandFacts> = {
  'not-permitted': ({ operator, command, permission, rule }) => ({
    what: `${operator} may not use ${command}: the permission ${permission} is missing (${rule})`,
    next: 'ask an admin',
  }),
  'unknown-command-help': ({ name, suggestions }) => ({
    what: `there is no command ${name}`,
    next: '`help` lists them all',
    word: name,
    suggestions,
  }),
  'file-not-found': ({ file, reason }) => ({
    what: `the file ${file} cannot be read: ${reason}`,
    next: 'name a file by its path from the directory that you are in',
    word: file,
  }),
  'import-refused': ({ file, refused, total, would = [] }) => ({
    what: [
      `nothing was imported from ${file}: ${counted(total, 'line')} cannot be taken`,
      ...refused
        .slice(0, LINES_SHOWN)
        .map(({ file: of, line, reason }) => `  ${placeIn(of === file ? null : of, line)}: ${reason}`),
      ...(total > LINES_SHOWN ? [`  and ${total - LINES_SHOWN} more`] : []),
      ...(would.length > 0 ? ['the rest would be:', ...would.map((line) => `  ${line}`)] : []),
    ].join('\n'),
    next: 'correct the file, then see what it would do with `plan import …`',
  }),
  'unknown-alias': ({ name, at, isShared, isOther, suggestions }) => ({
    what: isOther
      ? `${name} is ${isShared ? 'an alias of yours, and no shared one' : 'a shared alias, and none of yours'}`
      : `there is no ${isShared ? 'shared alias' : 'alias'} ${name}`,
    next: isOther ? `\`alias remove ${isShared ? '' : 'shared '}${name}\` removes it` : '`alias list` lists them',
    position: at,
    word: name,
    suggestions,
  }),
  'alias-cycle': ({ name, path, at }) => ({
    what: `the alias ${name} stands for itself: ${[...path, name].join(' -> ')}`,
    next: '`alias list` shows what each stands for; save one of them anew',
    position: at,
  }),
  'alias-too-deep': ({ name, limit, at }) => ({
    what: `the alias ${name} stands for aliases that stand for aliases, too many or more than ${limit} deep`,
    next: '`alias list` shows what each stands for; write out one of them',
    position: at,
  }),
  'alias-misplaced': ({ name, text, at }) => ({
    what: `the alias ${name} stands for \`${text}\`, which is no expression`,
    next: `begin with it: \`${name} …\`; where a thing is meant, put its name in quotes`,
    position: at,
    word: name,
  }),
  'not-plannable': ({ command }) => ({ what: `${command} has no plan to show`, next: `see \`help ${command}\`` }),
  'bad-arguments': ({ reason, expected }) => ({ what: reason, next: `expected: ${expected}` }),
}
