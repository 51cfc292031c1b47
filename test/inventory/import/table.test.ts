// Tables: a rack of servers in one file, what spreadsheets make of a file, and every refused line with its reason.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { plainWords } from '../../../src/commands/words.ts'
import { Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await Desk.open()
})
beforeEach(() => desk.empty())
afterAll(() => desk.close())

const numbers = Array.from({ length: 40 }, (_, index) => index + 1)
const HEAD = 'name,driver,rack,unit,pools,nic-eth:1,cables,ips,serial,memory'
const server = (n: number) =>
  `web${n},server,rack1,U${n},web; prod,sw1:nic-eth:${n},pwr-nema-5:1=pdu${n > 20 ? 2 : 1}:pwr-nema-5:${((n - 1) % 20) + 1},nic-eth:1=10.0.0.${n},SN${n},16G`
// What the servers stand in and are cabled to comes after them.
const REST = [
  'rack1,rack,dc1,,,,,,,',
  'dc1,datacenter,,,,,,,,',
  'sw1,networkswitch,rack1,U42,,,,,,',
  'pdu1,powerstrip,rack1,U43,,,,,,',
  'pdu2,powerstrip,rack1,U44,,,,,,',
  'web,pool,,,,,,,,',
  'prod,pool,,,,,,,,',
]
const RACK = [HEAD, ...numbers.map(server), ...REST].join('\n')

describe('a rack of 40 servers in one file', () => {
  it('is imported whole, as one version, and not twice', async () => {
    desk.file('rack.csv', RACK)
    const planned = await desk.done('plan import csv rack.csv', 'lines')
    expect(planned.lines).toContainEqual(expect.stringMatching(/^new: 40 servers, .*\(lines 2-48\)$/))
    expect(await desk.found('*')).toEqual([])
    expect(await desk.version('import csv rack.csv')).toBe(1)
    expect(await desk.version('import csv rack.csv')).toBe(null)
    expect((await desk.done('locate web33', 'lines')).lines).toEqual([
      'web33 -> connected to port 33 on sw1',
      'web33 -> connected to port 13 on pdu2',
      'web33 -> connected to RU33 in rack1',
    ])
    expect((await desk.found('pool:web and pool:prod and driver:Server in dc1')).length).toBe(40)
    expect(await desk.found('ip:10.0.0.7')).toEqual(['web7'])
    expect((await desk.found('attr:memory>=16G')).length).toBe(40)
  })

  it('changes what another file says otherwise, and leaves what it does not say', async () => {
    desk.file('rack.csv', RACK)
    await desk.done('import csv rack.csv', 'change')
    desk.file('more.csv', 'name,unit,rack,env,nic-eth:1\nweb40,U41,rack1,lab,\nweb1,,,lab,sw1:nic-eth:48\n')
    const { done, changed } = await desk.done('import csv more.csv', 'change')
    expect(done).toEqual([
      'changed: 2 servers (lines 2-3)',
      '  web40: env, rack1',
      '  web1: env, nic-eth:1',
      'with 1 cable',
    ])
    expect(changed).toBe(2)
    expect((await desk.done('locate web40', 'lines')).lines).toContain('web40 -> connected to RU41 in rack1')
    expect((await desk.done('locate web1', 'lines')).lines).toContain('web1 -> connected to port 48 on sw1')
    expect(await desk.found('attr:serial,SN40 and pool:web')).toEqual(['web40'])
  })

  it('moves a thing to the rack that the file names', async () => {
    desk.file('rack.csv', RACK)
    await desk.done('import csv rack.csv', 'change')
    desk.file('move.csv', 'name,driver,location,unit\nrack2,rack,dc1,\nweb1,,rack2,U7\nweb2,,rack1,U1\n')
    await desk.done('import csv move.csv', 'change')
    expect((await desk.done('locate web1', 'lines')).lines).toContain('web1 -> connected to RU7 in rack2')
    expect((await desk.done('locate web2', 'lines')).lines).toContain('web2 -> connected to RU1 in rack1')
    expect(await desk.found('web1 in rack1')).toEqual([])
  })
})

describe('spreadsheets', () => {
  it.each([
    ['a byte order mark and CRLF', `\ufeff${RACK.replace(/\n/g, '\r\n')}\r\n`],
    ['semicolons', RACK.replace(/web; prod/g, '"web; prod"').replace(/,/g, ';')],
    ['tabs', RACK.replace(/,/g, '\t')],
    ['a separator that is said', `sep=;\r\n${RACK.replace(/web; prod/g, '"web; prod"').replace(/,/g, ';')}`],
    ['comments and empty lines', `# servers\n\n${RACK.replace(/\n/, '\n,,,,,,,,,\n# more\n')}`],
    ['UTF-16', new Uint8Array(Buffer.from(`\ufeff${RACK}`, 'utf16le'))],
  ])('may have %s', async (_, content) => {
    desk.file('rack.csv', content)
    await desk.done('import csv rack.csv', 'change')
    expect((await desk.found('driver:Server in rack1 and pool:prod')).length).toBe(40)
  })

  it('never get a formula, and lose nothing', async () => {
    desk.file(
      'a.json',
      JSON.stringify({
        things: [
          {
            name: '+a',
            driver: 'server',
            attrs: { a: '=1+1', b: '@x', c: '-2+3', d: '+4', e: -5, f: '\t=1', g: "'x'" },
          },
          { name: '@p', driver: 'pool', in: [] },
          { name: 'z', driver: 'pool', in: ['@p'] },
        ],
      }),
    )
    await desk.done('import json a.json', 'change')
    const table = await desk.exported('export * csv')
    for (const line of table.split('\r\n'))
      for (const cell of line.split(',')) expect(cell.replace(/^"/, '')).not.toMatch(/^(?:[=+@\t\r]|-(?!\d+$))/)
    const before = await desk.exported('export * json')
    await desk.empty()
    desk.file('a.csv', table)
    await desk.done('import csv a.csv', 'change')
    expect(await desk.exported('export * json')).toBe(before)
  })
})

describe('the template', () => {
  it('has columns that can be filled in and imported', async () => {
    const { lines } = await desk.done('import template server', 'lines')
    expect(lines[0]).toBe('name,driver,location,unit,face,pools,cables,ports,ips,serial,status')
    const example = plainWords(lines[1] ?? '').replace(/^# /, '')
    desk.file(
      'new.csv',
      [
        ...lines,
        example,
        'rack1,rack',
        'switch1,networkswitch',
        'pdu1,powerstrip',
        'console1,consoleserver',
        'web,pool',
        'prod,pool',
      ].join('\n'),
    )
    await desk.done('import csv new.csv', 'change')
    expect((await desk.done('locate server1', 'lines')).lines.length).toBe(4)
    expect(await desk.found('mac:00:50:c2:00:00:01')).toEqual(['server1'])
  })

  it.each(['rack', 'network', 'vlan', 'pool', 'virtualserver', 'networkswitch', 'datacenter'])(
    'is there for %s',
    async (driver) => {
      const { lines } = await desk.done(`import template ${driver}`, 'lines')
      desk.file('new.csv', `${lines.join('\n')}\nx,${driver}\n`)
      await desk.done('import csv new.csv', 'change')
      expect(await desk.found(`driver:${driver}`)).toEqual(['x'])
    },
  )
})

describe('refused lines', () => {
  beforeEach(async () => {
    desk.file('rack.csv', RACK)
    await desk.done('import csv rack.csv', 'change')
  })

  it.each([
    ['name,driver\nnew1,server\nbad name,server', 3, 'bad name is not a name'],
    ['name,driver\nin,server', 2, 'reserved'],
    ['name,driver\n,server', 2, 'the name is missing'],
    ['name,driver\nnew1,server\nNEW1,server', 3, 'twice, first in line 2'],
    ['name,driver\nnew1,serverr', 2, 'did you mean server'],
    ['name,driver\nnew1,', 2, 'without a driver'],
    ['name,driver\nweb1,rack', 2, 'web1 is taken'],
    ['name,driver,rack\nnew1,server,rack9', 2, 'no container rack9'],
    ['name,driver,in\nnew1,server,web1', 2, null],
    ['name,driver,in\nnew1,rack,web1', 2, 'does not hold a rack'],
    ['name,driver,rack,unit\nnew1,server,rack1,U46', 2, 'it has U1-45'],
    ['name,driver,rack,unit\nnew1,server,rack1,U0', 2, 'it has U1-45'],
    ['name,driver,rack,unit\nnew1,server,rack1,U33', 2, 'U33 of rack rack1 is taken by web33'],
    ['name,driver,rack,unit\nnew1,server,rack1,U45\nnew2,server,rack1,U45', 3, 'is taken by new1'],
    ['name,driver,rack,unit\nnew1,server,rack1,top', 2, 'no rack units'],
    ['name,driver,rack,unit\nnew1,server,,U45', 2, 'no rack'],
    ['name,driver,rack,unit\nnew1,server,dc1,U45', 2, 'not a rack'],
    ['name,driver,rack\nnew1,server,rack1;dc1', 2, 'one place'],
    ['name,driver,nic-eth:1\nnew1,server,sw1:nic-eth:33', 2, 'is connected to web33:nic-eth:1'],
    ['name,driver,nic-eth:1\nnew1,server,sw1:nic-eth:49', 2, 'has no port nic-eth:49'],
    ['name,driver,nic-eth:3\nnew1,server,sw1:nic-eth:48', 2, 'new1 has no port nic-eth:3'],
    ['name,driver,nic-eth:1\nnew1,server,sw9:nic-eth:1', 2, 'no thing sw9'],
    ['name,driver,nic-eth:1\nnew1,server,sw1', 2, 'no port'],
    ['name,driver,nic-eth:1\nnew1,server,pdu1:pwr-nema-5:24', 2, 'different types'],
    ['name,driver,nic-eth:1\nnew1,server,new1:nic-eth:2', 2, 'its own thing'],
    ['name,driver,nic-eth:1\nnew1,server,sw1:nic-eth:48\nnew2,server,sw1:nic-eth:48', 3, 'in line 2'],
    ['name,driver,ips\nnew1,server,10.0.0.256', 2, 'not an IP address'],
    ['name,driver,ips\nnew1,server,10.0.0.33', 2, 'held by web33'],
    ['name,driver,ips\nnew1,server,nic-eth:9=10.0.1.1', 2, 'no port nic-eth:9'],
    ['name,driver,_ip\nnew1,server,10.0.0.1', 2, 'reserved'],
    ['name,driver,root_password\nnew1,server,geheim', 2, 'no attributes'],
    ['name,driver,n\nnew1,server,9223372036854775808', 2, 'too large'],
    ['name,driver,n\nnew1,server,json:{', 2, 'not JSON'],
    ['name,driver,n\nnew1,server,thing:nobody', 2, 'no thing nobody'],
    ['name,driver,n\nnew1,server,"""a"" b"', 2, 'quotes'],
    ['name,driver\nnew1,server,more', 2, 'more cells than columns'],
    ['name,driver,pools\np1,pool,p2\np2,pool,p1', 2, 'p1 cannot be put into p2'],
    ['name,driver,pools\ne1,exclusivepool,\nnew1,server,web;e1', 3, 'new1 cannot be in e1 and web'],
    ['name,driver,n,n\nnew1,server,1,2', 1, 'twice'],
    ['name,driver,b@d\nnew1,server,1', 1, 'neither a key nor a port'],
    ['driver,rack\nserver,rack1', 1, 'no column name'],
    ['name,driver\nnew1,"server', 2, 'ends inside quotes'],
  ])('%j', async (content, line, reason) => {
    desk.file('bad.csv', content)
    const before = await desk.exported('export * json')
    if (reason === null) {
      await desk.done('import csv bad.csv', 'change')
      return
    }
    for (const command of ['plan import csv bad.csv', 'import csv bad.csv']) {
      const text = await desk.refusal(command)
      expect(text).toMatch(new RegExp(`line ${line}: .*${reason.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))
    }
    expect(await desk.exported('export * json')).toBe(before)
  })

  it('are all told at once, with what the rest would do', async () => {
    desk.file('bad.csv', 'name,driver,rack,unit\nnew1,server,,\nnew 2,server,,\nnew3,servr,,\nweb1,,rack1,U99\n')
    const text = await desk.refusal('plan import csv bad.csv')
    expect(text).toContain('3 lines cannot be taken')
    for (const line of [3, 4, 5]) expect(text).toContain(`line ${line}: `)
    expect(text).toContain('new: 1 server (line 2)')
  })
})
