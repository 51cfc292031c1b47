// What is said where the database cannot do its part.
import type { DatabaseFacts } from '../../inventory/database/error.ts'
import type { Wording } from './said.ts'

export const DATABASE_WORDS: Wording<DatabaseFacts> = {
  'data-corrupt': ({ directory, reason }) => ({
    what: `the data directory ${directory ?? ''} cannot be opened: its files are damaged, or not those of clusto (${reason})`,
    next: 'nothing in it was changed; put a backup in its place, or start with another directory: `clusto --data <dir>`',
  }),
  'data-foreign': ({ directory }) => ({
    what: `${directory} holds something else than a clusto database`,
    next: 'nothing in it was changed; name an empty directory, or one that is not there yet: `clusto --data <dir>`',
  }),
  'data-unusable': ({ directory, reason }) => ({
    what: `the data directory ${directory} cannot be used (${reason})`,
    next: 'name one that you may make and own: `clusto --data <dir>`',
  }),
  'data-version': ({ found, known }) => ({
    what: `the database was written by another version of clusto (${found}); this one knows ${known}`,
    next: 'nothing in it was changed; run the clusto that wrote it, or a later one',
  }),
  'data-locked': ({ directory, holder }) => ({
    what: `the data directory ${directory} is held by process ${holder}, which does not answer for it`,
    next: `try again in a moment; if it stays so, end process ${holder}`,
  }),
  'database-unreachable': ({ reason }) => ({
    what: `the database cannot be reached (${reason})`,
    next: 'check DATABASE_URL, and that the server runs; nothing was done',
  }),
  'database-stopped': () => ({
    what: 'the database has stopped',
    next: 'try again; nothing of this command was kept',
  }),
  'database-failed': ({ reason }) => ({
    what: `the database failed (${reason})`,
    next: 'nothing of this command was kept; look at the disk, and run `doctor`',
  }),
  'outcome-unknown': ({ reason }) => ({
    what: `the database was lost while it was writing the change (${reason}): it is not known whether the change was made`,
    next: 'look before you try again: `history <thing>` and `diff <when>` show what has been written',
  }),
  'disk-full': ({ place }) => ({
    what: `there is no space left on the disk of ${place}`,
    next: 'nothing of this command was kept; free some space, then try again',
  }),
  'query-too-long': ({ seconds }) => ({
    what: `the database took longer than ${seconds} seconds, and was stopped`,
    next: 'narrow the expression; `explain` shows how it is read',
  }),
  'write-busy': ({ holder }) => ({
    what: `another change is being written (${holder})`,
    next: 'nothing was changed; try again when it is through',
  }),
}
