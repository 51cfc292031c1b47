// What is said where the inventory refuses.
import { words } from '../../commands/words.ts'
import { readPart } from '../../grammar/part.ts'
import type { InventoryFacts, InventoryRefusal, ResourceFault } from '../../inventory/error.ts'
import { instant } from '../../inventory/read/instant.ts'
import { ownText } from '../../inventory/resources/own-things.ts'
import { tooFewFree } from './allocation-words.ts'
import { counted, type Said, some, type Wording } from './said.ts'
import { clip } from './width.ts'

const NAME_FAULTS: Readonly<Record<string, string>> = {
  empty: 'it is empty',
  'too-long': 'it is longer than 200 characters',
  'white-space': 'it has white space in it',
  character:
    'it has a character in it that means something in the language (comma, quote, colon, bracket, * ? = < > ;), or cannot be seen',
  'first-character': 'it begins with #, - or /',
  reserved: 'it is a word of the language',
  date: 'it is a date',
}

const VALUE_FAULTS: Readonly<Record<string, string>> = {
  year: 'years go from 1 to 9999',
  height: 'a rack is a whole number of units high, 1 to 1000',
  character: 'it has a character in it that the database cannot keep',
}

const CIDR = 'write the network as 10.0.0.0/16 or 2001:db8::/64, or as address=10.0.0.0 netmask=255.255.0.0'

const ADDRESS_FAULTS: Readonly<Record<string, string>> = {
  mask: 'an address stands here alone, without its mask',
  form: 'it is no IPv4 or IPv6 address',
}

type ResourceWords = (facts: InventoryFacts['illegal-resource']) => { readonly what: string; readonly next: string }

const RESOURCE_FAULTS: { readonly [F in ResourceFault]: ResourceWords } = {
  several: ({ thing, key, detail }) => ({
    what: `${thing} would have several values of ${key}: ${detail}`,
    next: `it has one: \`attr set ${thing} ${key} <value>\` replaces what is there`,
  }),
  'cidr-form': ({ value }) => ({ what: `${value} is no network`, next: CIDR }),
  'host-bits': ({ value, detail }) => ({
    what: `${value} is an address inside of a network, not a network: its host bits are set`,
    next: `the network that it is in is ${detail}`,
  }),
  'address-form': ({ value }) => ({ what: `${value} is no address of a network`, next: CIDR }),
  'mask-form': ({ value }) => ({
    what: `${value} is no netmask for it`,
    next: 'a netmask is 255.255.0.0, or the number of its bits, such as 16',
  }),
  'mask-missing': ({ thing, value }) => ({ what: `${thing} has the address ${value} and no netmask`, next: CIDR }),
  'address-missing': ({ thing, value }) => ({ what: `${thing} has the netmask ${value} and no address`, next: CIDR }),
  'cidr-differs': ({ thing, value, detail }) => ({
    what: `the cidr of ${thing} is ${value}, and its address and netmask say ${detail}`,
    next: 'set them together, or leave address and netmask out',
  }),
  'gateway-form': ({ value }) => ({
    what: `the gateway ${value} is no address`,
    next: 'write an address such as 10.0.0.1, or 2001:db8::1',
  }),
  'gateway-outside': ({ thing, value, detail }) => ({
    what: `the gateway ${value} is outside of ${thing}, which is ${detail}`,
    next: 'a gateway is an address of its network',
  }),
  'gateway-unusable': ({ value, detail }) => ({
    what: `${value} cannot be a gateway: it is the ${detail} address`,
    next: 'choose another address of the network',
  }),
  'would-exclude': ({ thing, value, detail }) => ({
    what: `${thing} cannot be ${value}: ${detail} would be outside`,
    next: `see what is handed out with \`network show ${thing}\`, and release it first`,
  }),
  'would-have-none': ({ thing, detail }) => ({
    what: `${thing} cannot be without a cidr: ${detail} is handed out from it`,
    next: `see what is handed out with \`network show ${thing}\`, and release it first`,
  }),
  'no-network': ({ thing, value, detail }) => ({
    what: `${thing} cannot be a ${value}: it is a network that hands out ${detail}`,
    next: `see what is handed out with \`network show ${thing}\`, and release it first`,
  }),
  'whole-number': ({ thing, key, value, detail }) => ({
    what: `${key} of ${thing} cannot be ${value}`,
    next: `${key} is a whole number from ${detail}`,
  }),
  backwards: ({ thing, value, detail }) => ({
    what: `the numbers of ${thing} would go from ${detail} to ${value}`,
    next: 'min is the lowest of them and max the highest; set both at once where both change',
  }),
  basename: ({ value }) => ({
    what: `no name can begin with ${JSON.stringify(value)}`,
    next: 'a base name is letters, digits, dots, dashes and underscores, such as web',
  }),
  'no-class': ({ thing, value }) => ({
    what: `${thing} cannot require ${value}, which is no class`,
    next: `make it one first: \`class create <name>\`; then \`role require ${thing} <name>\``,
  }),
  'vip-address': ({ value }) => ({
    what: `${value} is no address`,
    next: 'write an address such as 10.0.0.80, or 2001:db8::80',
  }),
  vid: ({ thing, value }) => ({
    what: `${value} cannot be the number of the VLAN ${thing}`,
    next: 'a vid is a whole number from 1 to 4094',
  }),
}

// `nic-eth:1-2` is a range of ports, which nobody can type for one.
const isOnePort = (port: string): boolean => !/:\d+-\d+$/.test(port)

function wayTo(name: string): string {
  const part = readPart(name)
  if (part !== null && part.tag !== 'thing')
    return `that is the address of a part: name ${part.name} itself, or ask \`info ${name}\``
  return part === null || name.includes(':')
    ? `look for it with \`find *${name}*\``
    : `look for it with \`find *${name}*\`, or add it with \`add <driver> ${name}\``
}

export const INVENTORY_WORDS: Wording<InventoryFacts> = {
  'unknown-thing': ({ name, at, suggestions }) => ({
    what: `nothing is named ${name}, and no hostname, serial number, MAC or IP address is`,
    next: suggestions.length > 0 ? null : wayTo(name),
    position: at,
    word: name,
    suggestions,
  }),
  'ambiguous-thing': ({ name, at, matches }) => ({
    what: `${name} is said of several things: ${some(matches)}`,
    next: 'name the one that you mean',
    position: at,
    word: name,
    suggestions: matches,
  }),
  'unknown-driver': ({ name, at, suggestions }) => ({
    what: `there is no driver ${name}`,
    next: suggestions.length > 0 ? null : 'see which there are with `driver list`',
    position: at,
    word: name,
    suggestions,
  }),
  'ambiguous-driver': ({ name, at, suggestions }) => ({
    what: `several drivers begin with ${name}: ${some(suggestions)}`,
    next: 'type more of the one that you mean',
    position: at,
    word: name,
    suggestions,
  }),
  'unknown-type': ({ name, at, suggestions }) => ({
    what: `there is no type ${name}`,
    next:
      suggestions.length > 0 ? null : 'types are the drivers that ship: server, rack, networkswitch, pool and others',
    position: at,
    word: name,
    suggestions,
  }),
  'unknown-in-expression': ({ unknown, suggestions }) => ({
    what: `the expression names what does not exist: ${some(unknown.map(({ kind, name }) => (kind === 'thing' ? name : `${kind} ${name}`)))}`,
    next: 'a change is refused where a name in it is unknown; correct it, or ask first with `find`',
    position: unknown[0]?.at,
    word: unknown[0]?.name ?? '',
    suggestions,
  }),
  'name-taken': ({ name, by }) => ({
    what:
      name === by
        ? `there is a thing named ${name} already`
        : `${name} is taken: the thing ${by} has that name, regardless of case`,
    next: `choose another name, or look at it with \`info ${by}\``,
    word: name,
  }),
  'role-as-name': ({ role, service }) => ({
    what: `${role} is a role, and stands where the name of a service does`,
    next: `a role is given with \`role ${role}\`: \`service create ${service ?? '<name>'} role ${role} …\``,
    word: role,
  }),
  'illegal-name': ({ name, reason, at }) => ({
    what: `${JSON.stringify(name)} cannot be a name: ${NAME_FAULTS[reason] ?? reason}`,
    next: 'use letters, digits, dots, dashes and underscores, such as web-01.dc1',
    position: at,
    word: name,
  }),
  'same-name-twice': ({ name }) => ({
    what: `${name} would be the name of two things`,
    next: 'give each its own name',
    word: name,
  }),
  'range-mismatch': ({ from, to }) => ({
    what: `the first range has ${counted(from, 'name')}, the second has ${to}`,
    next: 'make both the same length, such as `rename db[1-9] to db[2-10]`',
  }),
  'illegal-key': ({ key, reason, at }) => {
    const position = { position: at, word: key }
    switch (reason) {
      case 'form':
        return {
          what: `${key} cannot be a key`,
          next: 'a key is letters, digits, - and _, such as env, disk.size or disk#0',
          ...position,
        }
      case 'reserved':
        return {
          what: `${key} cannot be written: keys that begin with _ are kept by the bot itself`,
          next: 'choose a key without _ before it',
          ...position,
        }
      case 'secret':
        return {
          what: `${key} looks like a secret, and attributes can be read by everybody`,
          next: 'secrets do not belong into attributes',
          ...position,
        }
      default:
        return reason satisfies never
    }
  },
  'illegal-value': ({ value, reason, at }) => ({
    what: `${JSON.stringify(value)} cannot be kept: ${VALUE_FAULTS[reason] ?? reason}`,
    next: reason === 'height' ? 'for example `maxu 45`' : 'put it in quotes where it is meant as text',
    position: at,
    word: value,
  }),
  'illegal-resource': (facts) => ({ ...RESOURCE_FAULTS[facts.fault](facts), word: facts.value }),
  'no-such-attribute': ({ thing, key, values }) => ({
    what:
      values.length === 0
        ? `${thing} has no attribute ${key}`
        : `${thing} has no ${key} with the value ${some(values)}`,
    next: `see what there is with \`attr get ${thing}\``,
    word: values[0] ?? key,
  }),
  'read-only-past': ({ at }) => ({
    what: 'the past cannot be changed',
    next: 'leave out `as of`; to bring something back there is `undo`',
    position: at,
  }),
  'nothing-selected': ({ expression }) => ({
    what: `nothing matches ${expression}, so there is nothing to change`,
    next: `see how it is read with \`explain ${expression}\``,
    word: expression,
  }),
  'too-few': ({ wanted, found, distinct, allocation }) => ({
    what: allocation
      ? tooFewFree(wanted, found, allocation)
      : `${counted(wanted, 'thing')}${distinct === null ? '' : `, each in a different ${distinct},`} were asked for, and only ${found} qualify`,
    next: 'ask for fewer, or widen the expression',
  }),
  'spread-unclear': ({ types: [one, other] }) => ({
    what: `${one} and ${other} cannot both keep things apart: neither always stands in the other`,
    next: 'name locations, such as `distinct rack max 2 per datacenter`, or one of them alone',
  }),
  'still-serving': ({ members, total }) => ({
    what: `${some(
      members.map(({ thing, kind, group }) => `${thing} is in the ${kind} ${group}`),
      5,
      total,
    )}`,
    next: 'take it out of there first, then deallocate it',
    word: members[0]?.thing ?? '',
  }),
  'too-many-selected': ({ limit, found, read = false }) => ({
    what: read
      ? `${found > limit ? found : `${limit} or more`} things match; one answer is about ${limit} at most`
      : `${found} things match; one command changes at most ${limit}`,
    next: `narrow the expression, and ${read ? 'ask' : 'do it'} in parts`,
  }),
  'unknown-vid': ({ vid, isVid }) => ({
    what: isVid ? `there is no VLAN ${vid}` : `${vid} is no number of a VLAN`,
    next: isVid ? `add it with \`add vlan vlan${vid} vid=${vid}\`` : 'a VLAN is 1 to 4094, or its name',
    word: vid,
  }),
  'unknown-port': ({ thing, port, has, near = has.filter(isOnePort).slice(0, 3) }) => ({
    what: `${thing} has no port ${port}; it has ${has.length === 0 ? 'none' : some(has, 8)}`,
    next: `see them with \`ports ${thing}\``,
    word: port,
    suggestions: near,
  }),
  'ambiguous-port': ({ thing, port, matches }) => ({
    what: `several ports of ${thing} are called ${port}: ${some(matches)}`,
    next: 'name the port by its type and number',
    word: port,
    suggestions: matches,
  }),
  'port-in-use': ({ thing, driver, port, peer, update }) => ({
    what: `${update ? `${driver} would lose port ${port}, or call it by another name, and ${thing} uses it` : `${thing} cannot become a ${driver}, which has no port ${port}`}: ${peer === null ? 'that port holds attributes' : `that port is connected to ${peer}`}`,
    next:
      peer === null
        ? `see them with \`attr get ${thing}:${port}\`, and delete them first`
        : `free it with \`disconnect ${thing}:${port}\``,
    word: thing,
  }),
  'port-taken': ({ port, peer }) => ({
    what: `${port} is connected to ${peer}`,
    next: `choose another port, or free it with \`disconnect ${port}\``,
    word: port,
  }),
  'no-free-port': ({ thing, type }) => ({
    what: `${thing} has no free ${type} port`,
    next: `see what is connected with \`ports ${thing}\``,
    word: thing,
  }),
  'no-common-port': ({ a, b, aHas, bHas }) => ({
    what: `no port of ${a} (${some(aHas) || 'none'}) fits one of ${b} (${some(bHas) || 'none'})`,
    next: 'power meets power, network meets network, a console meets a console server',
    word: a,
  }),
  'port-types-differ': ({ a, b }) => ({
    what: `${a} and ${b} are ports of different types`,
    next: 'connect two ports of one type; `ports <thing>` lists them',
    word: b,
  }),
  'self-connection': ({ thing }) => ({
    what: `${thing} cannot be connected to itself`,
    next: 'name the thing at the other end of the cable',
    word: thing,
  }),
  'not-connected': ({ port, peer }) => ({
    what: peer === undefined ? `nothing is connected to ${port}` : `${port} and ${peer} are not connected`,
    next: `see what is connected with \`ports ${port.split(':')[0] ?? port}\`, or plug a cable in with \`connect ${port} ${peer ?? '<thing>'}\``,
    word: port,
  }),
  'not-a-switch': ({ port, peer, driver }) => ({
    what: `${port} is connected to ${peer}, a ${driver}, which has no VLANs`,
    next: 'a VLAN is set on the switch port at the other end of the cable; name a port that leads to a switch',
    word: port.split(':')[0] ?? port,
  }),
  'not-a-container': ({ container, driver, thing }) => ({
    what: `${thing} cannot be put into ${container}: a ${driver} does not hold such things`,
    next: `see what it is with \`info ${container}\``,
    word: container,
  }),
  'not-in': ({ thing, container }) => ({
    what: `${thing} is not in ${container}`,
    next: `see where it is with \`locate ${thing}\``,
    word: thing,
  }),
  'already-located': ({ thing, location, wanted }) => ({
    what: `${thing} stands in ${location}, and a thing stands in one place`,
    // `rack101:U10` is a place; things are taken out of racks.
    next: `take it out first: \`remove ${thing} from ${location.replace(/:.*/, '')}\`, then put it into ${wanted}`,
    word: thing,
  }),
  cycle: ({ thing, container }) => ({
    what: `${thing} cannot be put into ${container}, which is in ${thing} itself`,
    next: `see how they are nested with \`tree ${thing}\``,
    word: container,
  }),
  'pool-conflict': ({ thing, pool, other, kind }) => ({
    what:
      kind === 'exclusive'
        ? `${thing} cannot be in ${pool} and ${other}: an exclusive pool shares its members with no other pool`
        : `${thing} cannot be in ${pool} and ${other}: a thing is in one unique pool at most`,
    next: `see which it is in with \`info ${thing}\`, and take it out of there first with \`remove ${thing} from …\``,
    word: thing,
  }),
  'role-needs-class': ({ thing, role, missing, also = [], total = 1, taken = false }) => ({
    what: `${thing} would have the role ${role} without the ${missing.length === 1 ? 'class' : 'classes'} ${some(missing)}, which that role requires${
      total > 1 ? `; so would ${some(also, 10, total - 1)}` : ''
    }`,
    next: taken
      ? `take the role away first with \`remove ${thing} from ${role}\`, or let the role do without: \`role unrequire ${role} ${missing[0] ?? '<class>'}\``
      : `give it the class with \`insert ${thing} into ${missing[0] ?? '<class>'}\`, or take the role away with \`remove ${thing} from ${role}\``,
    word: thing,
  }),
  'class-not-held': ({ role, classes, things, total }) => ({
    what: `${role} cannot require the class ${some(classes)}: ${counted(total, 'thing')} ${total === 1 ? 'has' : 'have'} that role without it: ${some(things, 10, total)}`,
    next: `give them the class first: \`insert ${things.slice(0, 3).join(' ')} into ${classes[0] ?? '<class>'}\``,
    word: classes[0] ?? role,
  }),
  'not-required': ({ role, class: name }) => ({
    what: `${role} does not require the class ${name}`,
    next: `see what it requires with \`role show ${role}\``,
    word: name,
  }),
  'service-elsewhere': ({ service, on }) => ({
    what: `there is a service ${service} already, on ${some(on)}`,
    next: `a service is one instance: give this one its own name, or move that one with \`service remove ${on[0] ?? '<thing>'} from ${service}\` and \`service insert\``,
    word: service,
  }),
  'not-its-service': ({ service, thing, on, has }) => ({
    what: `${service} is no service on ${thing}; ${on.length === 0 ? 'it is on no machine' : `it is on ${some(on)}`}, and ${thing} has ${has.length === 0 ? 'no services' : some(has)}`,
    next: `put it there with \`service insert ${thing} into ${service}\`, or make another with \`service create <name> on ${thing}\``,
    word: service,
    suggestions: has,
  }),
  'vip-ambiguous': ({ vip, service, thing, also }) => ({
    what: `${service} on ${thing} cannot be told apart in ${vip}: ${also} would come in with it, since several services share machines there`,
    next: 'make a service for each machine, with `service create <name> role <role> on <thing>`',
    word: service,
  }),
  'setting-missing': ({ thing, key }) => ({
    what: `${thing} has no attribute ${key} that is a whole number`,
    next: `set it with \`attr set ${thing} ${key}=<number>\``,
    word: thing,
  }),
  'names-used-up': ({ source, basename, digits, given, wanted, left }) => ({
    what: `${source} has ${left === 0 ? 'no name' : `only ${counted(left, 'name')}`} left${wanted > 1 ? ` of the ${wanted} asked for` : ''}: with ${counted(digits, 'digit')} its last one is ${basename}${'9'.repeat(digits)}, and ${given} of ${10 ** digits} are given out`,
    next: `give it more digits with \`attr set ${source} digits=${digits + 1}\`, or look for gaps from the beginning with \`attr set ${source} next=0\``,
    word: source,
  }),
  'numbers-used-up': ({ source, min, max, wanted, left }) => ({
    what: `${source} has ${left === 0 ? 'no number' : `only ${counted(left, 'number')}`} left${wanted > 1 ? ` of the ${wanted} asked for` : ''}: ${max - min + 1 - left} of ${min} to ${max} are given out`,
    next: `see who has them with \`number show ${source}\`; widen it with \`attr set ${source} max=<number>\``,
    word: source,
  }),
  'number-not-held': ({ thing, source, number, holds }) => ({
    what:
      number === null && holds.length > 1
        ? `${thing} holds several numbers of ${source}: ${some(holds.map(String))}`
        : `${thing} does not hold ${number === null ? 'a number' : number} of ${source}${holds.length === 0 ? '' : `; it holds ${some(holds.map(String))}`}`,
    next:
      holds.length > 0
        ? `say which: \`number release ${thing} ${holds[0]} from ${source}\``
        : `see who holds what with \`number show ${source}\``,
    word: number === null ? thing : String(number),
  }),
  'units-taken': ({ rack, units, by }) => ({
    what: `${units} of ${rack} is taken by ${by}`,
    next: `see what is free with \`elevation ${rack}\``,
    word: units,
  }),
  'units-outside': ({ rack, units, min, max }) => ({
    what: `${units} is outside of ${rack}, which goes from U${min} to U${max}`,
    next: `choose units within; a taller rack is \`attr set ${rack} maxu <number>\``,
    word: units,
  }),
  'units-needed': ({ thing, rack }) => ({
    what: `${thing} takes up rack units, and it is not said which of ${rack}`,
    next: `say where: \`insert ${thing} into ${rack} at U11\``,
    word: thing,
  }),
  'no-elevation': ({ thing, type, at, racks }) => ({
    what: `${thing} is a ${type}, and only a rack has an elevation`,
    next: racks.length > 0 ? null : 'find one with `find type:rack`',
    position: at,
    word: thing,
    suggestions: racks,
  }),
  'nothing-to-draw': ({ expression, suggestions }) => ({
    what: `nothing matches ${expression}, so there is nothing to draw`,
    next: suggestions.length > 0 ? null : `see how it is read with \`explain ${expression}\``,
    word: expression,
    suggestions,
  }),
  'graph-too-large': ({ selected, capped, near, limit }) => ({
    what:
      near === 0
        ? `${capped ? 'more than ' : ''}${counted(selected, 'thing')} match, and a picture shows ${limit} at most`
        : `${counted(selected, 'thing')} and ${counted(near, 'neighbour')} of theirs are more than the ${limit} that a picture shows`,
    next: 'narrow it, for example to one rack: `graph type:server in rack101`',
  }),
  'not-a-rack': ({ container, driver }) => ({
    what: `${container} has no rack units: it is a ${driver}`,
    next: 'leave out `at U…`',
    word: container,
  }),
  'still-in-use': ({ things, hanging, total }) => ({
    what: `${some(things)} cannot be deleted while something hangs on ${things.length === 1 ? 'it' : 'them'}: ${some(
      hanging.map(({ thing, what }) => `${thing}: ${what}`),
      10,
      total,
    )}`,
    next: 'take these away first, with `disconnect`, `ip release`, `remove … from …` or `delete`',
    word: things[0] ?? '',
  }),
  'unknown-version': ({ version, latest }) => ({
    what: `there is no version ${version}; the latest is ${latest}`,
    next: '`history <thing>` lists the versions of a thing',
    word: String(version),
  }),
  'nothing-to-undo': ({ operator }) => ({
    what: `${operator} has changed nothing that could be taken back`,
    next: 'name a version: `undo 12`; `history <thing>` lists them',
  }),
  'undo-conflict': ({ version, conflicts }) => ({
    what: `version ${version} cannot be taken back: later versions build on it: ${some(conflicts.map(({ what, by, command }) => `${what}: version ${by} (${clip(command, 80)})`))}`,
    next: `take back the later ones first (\`undo ${conflicts[0]?.by ?? version}\`), or leave these rows out: \`undo ${version} except conflicts\``,
    word: String(version),
  }),
  'made-by-job': ({ version, job, command }) => ({
    what: `version ${version} was written by job ${job} (${command})`,
    next: 'it is undone by the opposite command, which does what is outside of the inventory too',
  }),
  'undo-violates': ({ version, reason }) => ({
    what: `version ${version} cannot be taken back: ${reason}`,
    next: 'put that right first, then `undo` again',
    word: String(version),
  }),
  'address-taken': ({ address, by }) => ({
    what: `${address} belongs to ${by}`,
    next: 'choose another address',
    word: address,
  }),
  'special-address': ({ address, network, special }) => ({
    what: `${address} ${special === 'reserved' ? `is reserved in ${network}` : `is the ${special} address of ${network}`}`,
    next: 'choose another address, or end the command with `force`',
    word: address,
  }),
  'address-outside': ({ address, network, cidr }) => ({
    what: `${address} is outside of ${network}, which is ${cidr}`,
    next: `choose an address of ${cidr}, or name another network`,
    word: address,
  }),
  'no-network': ({ address }) => ({
    what: `${address} is in no network`,
    next: 'see the networks with `find type:network`, or add one: `add network net10 cidr=10.0.0.0/16`',
    word: address,
  }),
  'ambiguous-network': ({ address, networks }) => ({
    what: `${address} is in several networks: ${some(networks)}`,
    next: `say which: \`from ${networks[0] ?? '<network>'}\``,
    word: address,
    suggestions: networks,
  }),
  'no-cidr': ({ network }) => ({
    what: `${network} has no cidr, so there is nothing to hand out`,
    next: `give it one: \`attr set ${network} cidr 10.0.0.0/16\``,
    word: network,
  }),
  'network-full': ({ network, cidr, wanted, free }) => ({
    what:
      free === 0
        ? `${network} (${cidr}) is full: no address is free`
        : `${network} (${cidr}) has ${counted(free, 'free address', 'es')}, and ${wanted} are needed`,
    next: `see who holds them with \`network show ${network}\``,
    word: network,
  }),
  'not-holder': ({ address, thing, by, reserved }) => ({
    what: `${address} ${thing === null ? '' : `is not ${thing}'s: it `}${reserved ? `is reserved in ${by}` : `belongs to ${by}`}`,
    next: `give it back with \`ip release ${reserved ? '' : `${by} `}${address}\``,
    word: thing ?? address,
  }),
  'illegal-address': ({ address, reason }) => ({
    what: `${address} cannot be used: ${ADDRESS_FAULTS[reason] ?? reason}`,
    next: 'write an address such as 10.0.0.7, or 2001:db8::7',
    word: address,
  }),
  'driver-in-use': ({ driver, things, heirs }) => ({
    what:
      things > 0
        ? `${counted(things, 'thing')} ${things === 1 ? 'has' : 'have'} the driver ${driver}`
        : `${some(heirs)} ${heirs.length === 1 ? 'extends' : 'extend'} the driver ${driver}`,
    next:
      things > 0 ? `find them with \`find driver:${driver}\`` : `delete ${heirs.length === 1 ? 'it' : 'them'} first`,
    word: driver,
  }),
  'driver-ships': ({ driver }) => ({
    what: `${driver} is one of the drivers that ship, and stays`,
    next: 'only drivers that were imported can be deleted: `driver list`',
    word: driver,
  }),
  'not-a-type': ({ thing, type, wanted, at }) => ({
    what: `${thing} is a ${type}, and a ${wanted} is needed here`,
    next: `find one with \`find type:${wanted}\``,
    position: at,
    word: thing,
  }),
  'not-deletable': ({ thing, reason }) => ({
    what: `${thing} cannot be deleted: ${reason}`,
    next: `see it with \`info ${thing}\``,
    word: thing,
  }),
  'runs-bot': (own) => ({
    what: `${own.thing} is protected by itself${own.others === 0 ? '' : `, as ${own.others === 1 ? 'is one other' : `are ${own.others} others`}`}: ${ownText(own)}`,
    next: 'move the bot, or its database, to another host first; what was its host is free after two days',
    word: own.thing,
  }),
  'protected-thing': ({ thing, reason, by, since, others }) => ({
    what: words`${thing} is protected${others === 0 ? '' : `, as ${others === 1 ? 'is one other' : `are ${others} others`}`}: ${reason}${by === null || since === null ? '' : words` (${by}, since ${instant(since)})`}`,
    next: `if it is meant nevertheless, \`unprotect ${thing}\` first`,
    word: thing,
  }),
  'locked-thing': ({ thing, owner, since, until, reason, others }) => ({
    what: words`${thing} is locked${others === 0 ? '' : `, as ${others === 1 ? 'is one other' : `are ${others} others`}`}, by ${owner}${since === null ? '' : words` since ${instant(since)}`}${until === null ? '' : words` until ${instant(until)}`}${reason === '' ? '' : `: ${reason}`}`,
    next: `ask ${owner} to \`unlock ${thing}\`; an approver may \`unlock ${thing} force\``,
    word: thing,
  }),
  frozen: ({ id, scope, by, since, until, because, things }) => ({
    what: words`${things.length === 0 ? 'everything' : some(things)} ${things.length > 1 ? 'are' : 'is'} frozen by ${by} since ${instant(since)}${until === null ? '' : words` until ${instant(until)}`}${because === null ? '' : `: ${because}`}${scope === null ? '' : ` (${scope})`}`,
    next: `nothing new runs or is destroyed there; \`unfreeze ${id}\` ends it`,
  }),
  'regex-too-slow': ({ source }) => ({
    what: `the regular expression /${source}/ takes too long on this inventory`,
    next: 'make it simpler, or use a glob such as web*',
  }),
}

/** What is said about a refusal of the inventory's. */
export function inventorySaid({ code, facts }: InventoryRefusal): Said {
  // A code and its facts belong together, which the compiler does not follow.
  const wording = INVENTORY_WORDS[code] as (facts: unknown) => Said
  return wording(facts)
}
