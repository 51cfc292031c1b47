// What is said where a command refuses.
import type { CommandFacts } from '../../commands/error.ts'
import { plainWords, words } from '../../commands/words.ts'
import { quote } from '../../grammar/value.ts'
import type { Refusal } from '../../inventory/import/draft.ts'
import { instant } from '../../inventory/read/instant.ts'
import type { Unpowered } from '../../jobs/power/machine.ts'
import { inventorySaid } from './inventory-words.ts'
import { counted, some, type Wording } from './said.ts'

const LINES_SHOWN = 20

/** `line 3`, `Dell/R740.yaml line 3`, `the file` */
function placeIn(file: string | null | undefined, line: number | null): string {
  if (!file) return line === null ? 'the file' : `line ${line}`
  return line === null ? file : `${file} line ${line}`
}

/** Of what the inventory itself refused, its own words. */
function lineReason({ reason, because }: Refusal): string {
  if (!because) return reason
  return `${because.object === null ? '' : `${because.object}: `}${plainWords(inventorySaid(because.refusal).what)}`
}

const ROLE_FOR: Readonly<Record<string, string>> = {
  read: 'reader',
  approve: 'approver',
  protect: 'approver',
  admin: 'admin',
  breakglass: 'breakglass',
}

const KEPT = {
  alias: 'an alias',
  schedule: 'a schedule',
  scope: 'an expression that grants, rules and freezes are about',
} as const

const CLOSED: Readonly<Record<string, string>> = {
  used: 'used already',
  outdated: 'outdated: what it would do has changed',
}

function noPower(one: Unpowered): string {
  switch (one.tag) {
    case 'no-power':
      return `${one.thing} is a ${one.type}, whose power cannot be switched`
    case 'no-rebuild':
      return `${one.thing} is a ${one.type}, which is not installed over the network`
    case 'no-console':
      return `${one.thing} is a ${one.type}, which has no console`
    case 'no-driver':
      return `${one.thing} has no power driver: nobody has said how its power is switched`
    case 'unknown-driver':
      return `${one.thing} has the power driver ${one.kind}, which is not known (known: ${one.known.join(', ')})`
    case 'two-drivers':
      return `${one.thing} is given several power drivers by what it is in: ${one.kinds.join(', ')}`
    case 'bad-setting':
      return `${one.thing}: ${one.reason}`
  }
}

function fixOf(things: readonly Unpowered[]): string {
  const fixable = things.find(({ tag }) => tag === 'no-driver' || tag === 'unknown-driver' || tag === 'two-drivers')
  if (fixable) return `\`attr set ${fixable.thing} power.driver simulated\`, on it or on what it stands in`
  const [first] = things
  if (first?.tag === 'no-power') return `name what stands in it: \`type:server in ${first.thing}\``
  if (first?.tag === 'no-console') return '`driver show <driver>` tells what things of a driver can do'
  if (first?.tag === 'no-rebuild') return 'name servers only: `type:server and …`'
  return '`attr get <things> simulated inherited` shows its settings'
}

const UNSCHEDULABLE = {
  nested: 'it asks about commands, or makes schedules, and does nothing by itself',
  change: 'it changes the inventory, and nobody would look at what it did',
  confirm: 'its plan needs the word of who asked, each time',
  destroy: 'its plan needs the approval of somebody else, each time',
} as const

type Settled = NonNullable<CommandFacts['proposal-closed']['done']>

const becameOf = ({ job, version }: Settled): string =>
  job !== null ? `: job ${job}` : version !== null ? `: version ${version}` : ''

function whereToLook({ job, version }: Settled): string {
  if (job !== null) return `\`job ${job}\` shows it`
  return version === null ? '`audit` tells what was done' : '`history` tells what was done'
}

/** As it is typed. */
const asMark = (operator: string): string => (/[\s"'()]/.test(operator) ? quote(operator) : operator)

export const COMMAND_WORDS: Wording<CommandFacts> = {
  'not-permitted': ({ operator, command, permission, rule }) => ({
    what: words`${operator} may not use ${command}: the permission ${permission} is missing (${rule})`,
    next: `ask an admin: \`grant ${ROLE_FOR[permission] ?? 'operator'} to ${asMark(operator)}\``,
  }),
  'out-of-scope': ({ operator, command, things, scopes }) => ({
    what: `${operator} may use ${command} only on (${scopes.join(') or (')}): ${some(things)} ${things.length === 1 ? 'is' : 'are'} not within, before or after it`,
    next: 'ask an admin, or somebody whose role reaches them',
  }),
  'unknown-operator': ({ mark, chats, suggestions }) => ({
    what: `there is no operator ${mark}`,
    next: `\`operators\` lists them; somebody new is named by chat and identity, as in slack:U012AB3CD (${some(chats)})`,
    word: mark,
    suggestions,
  }),
  'not-picked': ({ mark, suggestions }) => ({
    what: `no operator is called ${mark}, and no group`,
    next: 'pick the name from the list that the chat shows behind @, or write the identity, as in slack:U012AB3CD',
    word: mark,
    suggestions,
  }),
  'unknown-role': ({ role, suggestions }) => ({
    what: `${role} is no role, and no command`,
    next: '`roles` lists the roles; a single command is granted by its name, as in "power off"',
    word: role,
    suggestions,
  }),
  'not-grantable': ({ command, right }) => ({
    what:
      right === 'read' || right === 'anyone'
        ? `${command} needs no grant of its own: who may read may use it`
        : `${command} is not granted by itself: it needs the permission ${right}`,
    next: `grant the role ${ROLE_FOR[right] ?? 'reader'}`,
    word: command,
  }),
  'bad-scope': ({ reason }) => ({
    what:
      reason === 'too-long'
        ? 'this expression is too long to be kept as a scope'
        : reason === 'reader'
          ? 'reading is of everything or of nothing: what one thing shows, it shows of its neighbours too'
          : `the role ${reason} is for everything or for nothing: it could grant more than it has`,
    next:
      reason === 'too-long'
        ? 'put the things into a pool, and use `pool:…`'
        : 'leave `on (…)` away; the roles operator and approver, and single commands, take it',
    word: 'on',
  }),
  'bad-until': ({ text, reason }) => ({
    what: reason === 'past' ? `${text} is over` : `${text} is no moment`,
    next: 'type a date, a date-time or an age from now on: `until 2027-01-31`, `until 2027-01-31T18:00`, `until 2h`',
    word: text,
  }),
  'bad-operator-name': ({ name, reason }) => {
    switch (reason) {
      case 'unknown':
        return { what: `${name} is no operator yet`, next: `\`grant operator to ${name}\` makes one` }
      case 'malformed':
        return {
          what: `${name} cannot be an operator's name`,
          next: 'letters, digits, dots and dashes, 40 at most: bob',
        }
      case 'taken':
        return { what: `another operator is called ${name}`, next: '`operators` lists them' }
    }
  },
  'no-such-grant': ({ operator, role, held }) => ({
    what: `${operator} does not have ${role} there`,
    next:
      held.length === 0
        ? `nothing was granted to ${operator}; what comes through a group of a chat is revoked from the group (\`roles\`)`
        : `${operator} has: ${held.join('; ')}`,
  }),
  'link-refused': ({ reason, identity, operator = identity, held = [] }) => {
    switch (reason) {
      case 'unknown':
        return {
          what: `nobody has made ${identity} an operator`,
          next: 'type `link` where you are known, and the code that it gives here; or ask an admin for a role',
        }
      case 'public':
        return {
          what: 'whoever reads the code could become you: it is not shown in a channel',
          next: 'type `link` in a direct message to the bot, or at the terminal',
        }
      case 'tries':
        return { what: `${identity} has typed too many wrong codes`, next: 'wait ten minutes, then ask for a new code' }
      case 'code':
        return {
          what: 'this code is not known: it is wrong, used, or its ten minutes are over',
          next: 'type `link` where you are known for a new one',
        }
      case 'own':
        return { what: `${identity} is joined to it already`, next: '`whoami` says who you are' }
      case 'roles':
        return {
          what: `${identity} is the operator ${operator} already, with ${held.join('; ')}: they would be lost`,
          next: `an admin revokes them first (\`revoke … from ${operator}\`); then begin again with \`link\``,
        }
      case 'last':
        return {
          what: `${identity} is the one that you are typing with`,
          next: 'part it from another of your identities',
        }
      default:
        return reason satisfies never
    }
  },
  'not-your-identity': ({ identity, own }) => ({
    what: `${identity} is none of yours`,
    next: own.length === 0 ? 'nobody has made you an operator' : `you are ${own.join(', ')}`,
    word: identity,
  }),
  'bad-rule-subject': ({ subject, isRead, suggestions }) => ({
    what: isRead ? `${subject} only reads: it waits for nobody's word` : `${subject} is no command, and no danger`,
    next: 'a rule is about a command ("power cycle"), all that begin so (power), or a danger: change, job, confirm, destroy',
    word: subject,
    suggestions,
  }),
  'unknown-rule': ({ id, known }) => ({
    what: `there is no rule ${id}`,
    next: known.length === 0 ? 'there are none' : `\`rule list\` lists them: ${some(known.map(String), 10)}`,
    word: String(id),
  }),
  'last-admin': ({ operator }) => ({
    what: `${operator} is the last admin who is one everywhere and for good: nobody could grant anything any more`,
    next: 'make somebody else one first: `grant admin to …`',
    word: operator,
  }),
  'unknown-proposal': ({ id }) => ({
    what: `nothing waits under ${id}`,
    next: '`pending` lists what waits; an id is its number and three letters, such as 812-k7f',
    word: id,
  }),
  'proposal-closed': ({ id, state, reason, done }) => ({
    what: done
      ? words`${id} was ${done.word} by ${some(done.by)} at ${instant(done.at)}${becameOf(done)}; nothing more was done`
      : `${id} is ${CLOSED[state] ?? state}${reason === null ? '' : ` (${reason})`}: nothing was done`,
    next: done ? whereToLook(done) : 'type the command again for a new plan',
    word: id,
  }),
  'not-yours': ({ id, by, typed }) => ({
    what: `${id} waits for ${by}, who asked for it`,
    next: `only ${by} can type \`confirm ${id}${typed === null ? '' : ` ${typed}`}\``,
    word: id,
  }),
  'own-proposal': ({ id, typed }) => ({
    what: `${id} is your own: somebody else has to approve it`,
    next: `ask an approver to type \`approve ${id}${typed === null ? '' : ` ${typed}`}\`, or take it back with \`deny ${id}\``,
    word: id,
  }),
  'not-an-approver': ({ id, operator, reason }) => ({
    what: words`${operator} cannot decide ${id}: ${reason}`,
    next: 'ask an approver',
    word: id,
  }),
  'name-not-typed': ({ id, word, expected, typed, about }) => ({
    what:
      typed === null
        ? `${id} needs ${expected} typed behind it: the name of what it is about, or how many things`
        : expected === null
          ? `${id} is ${about.length === 0 ? 'about no thing' : `about ${some(about)}`}, and not about ${typed}: nothing was done`
          : `${typed} is not ${expected}`,
    next: `\`${word} ${id}${expected === null ? '' : ` ${expected}`}\`${expected === null ? ', where that is what is meant' : ''}`,
    ...(typed === null ? {} : { word: typed }),
  }),
  'plan-changed': ({ id, next, gone, fresh, stricter }) => ({
    what: [
      `the plan of ${id} is no longer what was shown: nothing was done`,
      ...gone.slice(0, LINES_SHOWN).map((line) => `  - ${line}`),
      ...fresh.slice(0, LINES_SHOWN).map((line) => `  + ${line}`),
      ...(stricter === null ? [] : [`  by now ${stricter}`]),
      ...(stricter === null && gone.length + fresh.length === 0 ? ['  what it rests on has changed'] : []),
    ].join('\n'),
    next: `the new plan waits as ${next}`,
  }),
  'unknown-job': ({ id, isProposal }) => ({
    what: isProposal ? `${id} is a proposal, not a job` : `there is no job ${id}`,
    next: isProposal
      ? `\`pending ${id}\` shows it, \`approve ${id}\` or \`deny ${id}\` decides it; \`jobs\` lists the jobs`
      : '`jobs` lists them; an id is its number and three letters, such as 812-k7f',
    word: id,
  }),
  'not-your-job': ({ id, by, command }) => ({
    what: `job ${id} is ${by}'s: \`${command}\` of others' jobs is for who may approve, on all that they are about`,
    next: `ask ${by}, or an approver`,
    word: id,
  }),
  'job-over': ({ id, state }) => ({
    what: `job ${id} is ${state} already${state === 'unknown' ? ': somebody has to look' : ''}`,
    next:
      state === 'unknown'
        ? `\`job ${id} mark done\` or \`job ${id} mark failed\`, with \`because "…"\``
        : `\`job ${id} log\` tells what it did`,
    word: id,
  }),
  'job-not-over': ({ id, state }) => ({
    what: `job ${id} is ${state}: only what has ended is done again`,
    next:
      state === 'unknown'
        ? `look, and then \`job ${id} mark done\` or \`job ${id} mark failed\`, with \`because "…"\``
        : `\`job ${id}\` shows it, \`cancel ${id}\` stops it`,
    word: id,
  }),
  'no-such-step': ({ id, step, steps }) => ({
    what: `job ${id} cannot be done again from ${step}`,
    next: `it can from ${some(steps, 20)}`,
    word: step,
    suggestions: steps,
  }),
  'job-differs': ({ id, step }) => ({
    what: `job ${id} cannot go on from ${step}: what it is about has changed since`,
    next: `\`retry ${id}\` does all of it anew`,
    word: step,
  }),
  'not-retryable': ({ id, command }) => ({
    what: `job ${id} cannot be done again by its command`,
    next: `type it: ${command}`,
    word: id,
  }),
  'because-needed': ({ command }) => ({
    what: 'what was looked at belongs to the record',
    next: `say it: ${command} because "…"`,
  }),
  'breakglass-refused': ({ command, reason }) => {
    const needless = 'leave `breakglass` away; quoted, "breakglass" is a word like any other'
    switch (reason) {
      case 'read':
        return { what: `${command} only reads: there is no glass to break`, next: needless, word: 'breakglass' }
      case 'level':
        return {
          what: `${command} waits for no approval here: there is no glass to break`,
          next: needless,
          word: 'breakglass',
        }
      case 'guard':
        return {
          what: `${command} is among what guards the bot itself: nobody does it without an approval that it needs`,
          next: 'leave `breakglass` away, and ask somebody who may approve it',
          word: 'breakglass',
        }
      case 'alias':
        return {
          what: `an alias stands for a ${command} without an approval: that is typed, not stood for`,
          next: `type what the alias stands for; \`breakglass because "…"\` ends the line`,
        }
      default:
        return reason satisfies never
    }
  },
  'unknown-review': ({ id }) => ({
    what: `there is no review ${id}`,
    next: '`review list` lists them; an id is its number and three letters, such as 12-k7f',
    word: id,
  }),
  'own-review': ({ id }) => ({
    what: `${id} is about what you have done yourself: another admin closes it`,
    next: '`operators` lists who is an admin',
    word: id,
  }),
  'review-closed': ({ id, by, at }) => ({
    what: words`${id} was closed by ${by} at ${instant(at)}`,
    next: '`review list` shows the verdict',
    word: id,
  }),
  'audit-broken': ({ id, to, reason, good }) => ({
    what: `the audit is broken at row ${id}${to > id ? ` (to ${to})` : ''}: ${reason}; ${counted(good, 'row')} before it ${good === 1 ? 'is' : 'are'} as written`,
    next: 'compare with a backup; nothing that is written from now on mends it',
  }),
  'audit-cut': ({ rows, noted }) => ({
    what: `none of the ${counted(rows, 'row')} of the audit has the hash ${noted}: rows were taken off its end, or it was written anew`,
    next: 'compare with a backup',
    word: noted,
  }),
  'unknown-freeze': ({ name, known }) => ({
    what: name === '' ? 'there are several freezes' : `no freeze is called ${name}`,
    next:
      known.length === 0
        ? 'nothing is frozen'
        : `there ${known.length === 1 ? 'is' : 'are'}: ${known.join('; ')}; name its number`,
    word: name,
  }),
  'unknown-command-help': ({ name, suggestions }) => ({
    what: `there is no command ${name}`,
    next: '`help` lists them all',
    word: name,
    suggestions,
  }),
  'secret-taken-out': () => ({
    what: 'it holds what looks like a secret, and that is taken out of what chats bring before it is kept: nothing is done',
    next: 'write it without (`…password: x…`), or type it at the terminal',
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
        .map((one) => `  ${placeIn(one.file === file ? null : one.file, one.line)}: ${lineReason(one)}`),
      ...(total > LINES_SHOWN ? [`  and ${total - LINES_SHOWN} more`] : []),
      ...(would.length > 0 ? ['the rest would be:', ...would.map((line) => `  ${line}`)] : []),
    ].join('\n'),
    next: 'correct the file, then see what it would do with `plan import …`',
    word: file,
  }),
  'scope-too-small': ({ operator, command, scopes, what }) => ({
    what: `${operator} may use ${command} only on (${scopes.join(') or (')}), and ${what} is not within any scope`,
    next: `ask an admin to do it, or for a grant without \`on\`: \`grant "${command}" to ${asMark(operator)}\``,
  }),
  'alias-not-yours': ({ name, by, text }) => ({
    what: `the shared alias ${name} is ${by === null ? 'of somebody who is not known any more' : `${by}'s`}: it stands for ${text}`,
    next: `ask ${by === null ? 'an admin' : `${by} or an admin`}, or save one of your own: \`alias ${name} = …\``,
    word: name,
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
  'no-power': ({ things, total }) => ({
    what: [
      ...things.map((one) => noPower(one)),
      ...(total > things.length ? [`and ${total - things.length} more`] : []),
    ].join('\n'),
    next: fixOf(things),
  }),
  'console-open': ({ thing, job }) => ({
    what: `the console of ${thing} is open in this thread already`,
    next: `\`cancel ${job}\` closes it; another thread can have another one`,
  }),
  'bad-time': ({ text, most }) => ({
    what: `a console is open for 1 second to ${most}, not for ${text}`,
    next: 'type how long: `for 30m`, `for 2h`',
    word: text,
  }),
  'too-many-machines': ({ found, limit }) => ({
    what: `${found} machines are more than the ${limit} that one command may be about`,
    next: 'name fewer: a rack or a pool at a time',
  }),
  'bad-cron': ({ cron, at, word, field, expected }) => ({
    what: field === null ? `\`${cron}\` is no cron expression` : `${word} is no ${field} of a cron expression`,
    next: `expected: ${expected}`,
    position: at,
    word,
  }),
  'cron-never': ({ cron, at }) => ({
    what: `\`${cron}\` is never due: there is no such day`,
    next: 'the last day of each month is L: `0 3 L * *`',
    position: at,
    word: cron,
  }),
  'unknown-zone': ({ zone, at, suggestions }) => ({
    what: `there is no time zone ${zone}`,
    next: 'zones are named as in Europe/Berlin, America/New_York or UTC',
    position: at,
    word: zone,
    suggestions,
  }),
  'not-schedulable': ({ command, reason, at }) => ({
    what: `a schedule cannot hold ${command}: ${UNSCHEDULABLE[reason]}`,
    next: 'it can hold what reads (`count`, `find`, …) and jobs that wait for nobody',
    position: at,
  }),
  'unknown-schedule': ({ id }) => ({
    what: `there is no schedule ${id}`,
    next: '`schedule list` lists them; an id is its number and three letters, such as 12-k7f',
    word: id,
  }),
  'schedule-removed': ({ id, by }) => ({
    what: `the schedule ${id} was removed by ${by}`,
    next: `\`schedule show ${id}\` shows what it did; make a new one with \`schedule "<cron>" …\``,
    word: id,
  }),
  'schedule-not-yours': ({ id, owner, command }) => ({
    what: `the schedule ${id} is ${owner}'s, and you may not do what it does: ${command}`,
    next: `ask ${owner}, an admin, or somebody who may`,
    word: id,
  }),
  'schedule-reads-otherwise': ({ id, owner, command }) => ({
    what: `an alias in \`${command}\` stands for something else to you than to ${owner}`,
    next: 'make a schedule of your own with the alias written out, and remove this one',
    word: id,
  }),
  'secret-kept': ({ what, text, at }) => ({
    what: `${KEPT[what]} is kept as it is typed, and others can read it: nothing was kept of \`${text}\``,
    next:
      what === 'alias'
        ? 'end the alias before the value, and type the value when you use it; secrets do not belong into what is kept'
        : 'secrets do not belong into what is kept',
    ...(at === null ? {} : { position: at }),
  }),
  'not-plannable': ({ command }) => ({ what: `${command} has no plan to show`, next: `see \`help ${command}\`` }),
  'bad-arguments': ({ reason, expected }) => ({ what: reason, next: `expected: ${expected}` }),
}
