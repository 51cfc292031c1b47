// The picture of connections, from the inventory to the pixels.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  graphDot,
  type Layout,
  NODE_HEIGHT,
  nodeWidth,
  readLayout,
} from '../../../../src/bot/render/pictures/graph-layout.ts'
import { graphLines } from '../../../../src/bot/render/pictures/graph-lines.ts'
import { graphSvg } from '../../../../src/bot/render/pictures/graph-svg.ts'
import { Painter } from '../../../../src/bot/render/pictures/painter.ts'
import { COMMANDS } from '../../../../src/commands/registry.ts'
import type { Query } from '../../../../src/grammar/ast.ts'
import { createLanguage } from '../../../../src/grammar/language.ts'
import type { Inventory } from '../../../../src/inventory/inventory.ts'
import { type Graph, readGraph } from '../../../../src/inventory/read/graph.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../../../inventory/open.ts'
import { writeScene } from '../../../inventory/scene.ts'
import { classesOf, pixelsOf, sizeOf, textsOf } from './drawing.ts'

const language = createLanguage(COMMANDS)
const queryOf = (text: string) => language.parse(`graph ${text}`).args.query as Query
const SERVERS = Array.from({ length: 40 }, (_, at) => `web${String(at + 1).padStart(2, '0')}`)

describe.each(databases)('a graph, on %s', (kind) => {
  const painter = new Painter()
  let inventory: Inventory
  beforeAll(async () => {
    inventory = await openInventory(kind)
    await inventory.change(ENTRY, (change) =>
      writeScene(change, {
        things: {
          ...Object.fromEntries(SERVERS.map((name) => [name, 'server'])),
          ...{
            r1: 'rack',
            r2: 'rack',
            sw1: 'networkswitch',
            sw2: 'networkswitch',
            pdu1: 'powerstrip',
            con1: 'consoleserver',
          },
          ...{ vm1: 'virtualserver', prod: 'pool', 'a&b"<c>\\': 'server', שרת01: 'server', '東京🚀': 'server' },
        },
        edges: [
          ...SERVERS.map((name, at) => [at < 20 ? 'r1' : 'r2', name, (at % 20) + 1] as const),
          ...([
            ['r1', 'sw1', 45],
            ['r2', 'sw2', 45],
            ['r1', 'pdu1', 44],
            ['r1', 'con1', 43],
          ] as const),
          ...([
            ['web01', 'vm1'],
            ['prod', 'web01'],
            ['prod', 'web02'],
          ] as const),
        ],
        cables: [
          ...SERVERS.map(
            (name, at) => [`${name}:nic-eth:1`, `${at < 20 ? 'sw1' : 'sw2'}:nic-eth:${(at % 20) + 1}`] as const,
          ),
          ...SERVERS.slice(0, 20).map((name, at) => [`${name}:pwr-nema-5:1`, `pdu1:pwr-nema-5:${at + 1}`] as const),
          ...([
            ['web01:nic-eth:2', 'sw1:nic-eth:30'],
            ['web01:console-serial:1', 'con1:console-serial:7'],
          ] as const),
          ...([
            ['sw1:nic-eth:48', 'sw2:nic-eth:48'],
            ['a&b"<c>\\:nic-eth:1', 'שרת01:nic-eth:1'],
          ] as const),
          ['שרת01:nic-eth:2', '東京🚀:nic-eth:1'],
        ],
        attributes: [
          ['web01', 'status', 'allocated'],
          ['web02', 'status', 'unallocated'],
          ['web03', '_protected', 'x'],
        ],
      }),
    )
  })
  afterAll(async () => {
    await painter.close()
    await closeInventory(inventory)
  })

  const read = async (text: string): Promise<Graph> =>
    (await inventory.read((view) => readGraph(view, queryOf(text), new Date()))).graph
  const layOut = async (graph: Graph): Promise<Layout> => readLayout(await painter.layout(graphDot(graph)))
  const draw = async (graph: Graph): Promise<string> => graphSvg(graph, await layOut(graph))

  it('has what was asked for, its neighbours, and what runs between them', async () => {
    const { nodes, edges } = await read('web01')
    expect(nodes.map(({ name, selected, rack }) => [name, selected, rack])).toEqual([
      ['web01', true, 'r1'],
      ['con1', false, 'r1'],
      ['pdu1', false, 'r1'],
      ['sw1', false, 'r1'],
      ['vm1', false, null],
    ])
    const names = new Map(nodes.map(({ id, name }) => [id, name]))
    const told = edges.map(({ from, to, kind, ports }) => `${names.get(from)} ${kind} ${names.get(to)} ${ports.length}`)
    expect(told.toSorted()).toEqual([
      'pdu1 power web01 1',
      'web01 console con1 1',
      'web01 containment vm1 0',
      'web01 network sw1 2',
    ])
  })

  it('shows members of a group, and racks with what is in them', async () => {
    const prod = await read('prod')
    expect(prod.nodes.map(({ name }) => name)).toEqual(['prod', 'web01', 'web02'])
    expect(prod.edges.map(({ kind }) => kind)).toEqual(['membership', 'membership'])
    expect((await read('r1')).nodes).toHaveLength(24)
  })

  it('in words tells of each thing that was asked for', async () => {
    expect(graphLines(await read('web01'))).toEqual([
      'web01: 1 thing, 4 neighbours, 4 cables',
      'web01 (server), r1 at RU1, allocated',
      '  network: nic-eth:1 to nic-eth:1 on sw1',
      '  network: nic-eth:2 to nic-eth:30 on sw1',
      '  power: pwr-nema-5:1 to pwr-nema-5:1 on pdu1',
      '  console: console-serial:1 to console-serial:7 on con1',
      '  contains: vm1',
    ])
    const lines = graphLines(await read('*'))
    expect(lines).toHaveLength(152)
    expect(lines.at(-1)).toMatch(/^… and \d+ more lines: `ports <thing>` tells of one thing$/)
  })

  it('of few cables names their ports, and kinds differ by the dashes of their lines', async () => {
    const svg = await draw(await read('web01'))
    const texts = textsOf(svg).map(({ text }) => text)
    expect(texts).toEqual(expect.arrayContaining(['web01', 'sw1', 'switch', 'r1', 'eth0–1 +1', '1–7']))
    expect(texts).toEqual(
      expect.arrayContaining(['network', 'power', 'console', 'stands in', 'neighbour, not asked for']),
    )
    // Each once among the things, once in the legend.
    expect(classesOf(svg)).toMatchObject({
      'edge-network': 2,
      'edge-power': 2,
      'edge-console': 2,
      'edge-containment': 2,
    })
    const looks = [...svg.matchAll(/class="edge-[^>]*/g)].map(
      ([line]) => `${/stroke-dasharray="[^"]*"/.exec(line)?.[0]} ${/stroke-width="[^"]*"/.exec(line)?.[0]}`,
    )
    expect(new Set(looks).size).toBe(4)
    expect(classesOf(svg)).toMatchObject({ 'mark-square': 2, 'mark-circle': 1, 'mark-triangle': 1, 'mark-diamond': 5 })
  })

  it('of forty servers can be read: no two things lie on each other, all have their name', async () => {
    const graph = await read('web*')
    expect(graph.nodes.filter(({ selected }) => selected)).toHaveLength(40)
    const layout = await layOut(graph)
    const boxes = graph.nodes.map((node, at) => ({
      name: node.name,
      width: nodeWidth(node),
      x: layout.nodes[at]?.x ?? -1,
      y: layout.nodes[at]?.y ?? -1,
    }))
    for (const [at, a] of boxes.entries()) {
      expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0)
      expect(a.x + a.width / 2).toBeLessThanOrEqual(layout.width)
      for (const b of boxes.slice(at + 1))
        expect(
          Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < NODE_HEIGHT,
          `${a.name} on ${b.name}`,
        ).toBe(false)
    }
    const svg = graphSvg(graph, layout)
    const { width, height } = sizeOf(svg)
    expect(width).toBeLessThan(900)
    const texts = textsOf(svg)
    for (const name of [...SERVERS, 'sw1', 'sw2', 'pdu1', 'r1', 'r2'])
      expect(texts.filter(({ text }) => text === name)).toHaveLength(1)
    for (const { size } of texts) expect(size).toBeGreaterThanOrEqual(12)
    const png = pixelsOf(await painter.paint(svg, 1))
    const mute = pixelsOf(await painter.paint(svg.replace(/(<text [^>]*>)[^<]*/g, '$1'), 1))
    expect(png).toMatchObject({ width, height, clear: 0 })
    expect(png.dark - mute.dark).toBeGreaterThan(3000)
  })

  it('takes names of any characters', async () => {
    const graph = await read('"a&b\\"<c>\\\\" or שרת01 or 東京🚀 or name:a*')
    const svg = await draw(graph)
    expect(textsOf(svg).map(({ text }) => text)).toEqual(expect.arrayContaining(['שרת01', '□□□']))
    expect(pixelsOf(await painter.paint(svg, 1)).dark).toBeGreaterThan(500)
  })

  it('refuses more than it can show, and nothing at all', async () => {
    await expect(read('nobody')).rejects.toMatchObject({ code: 'nothing-to-draw', facts: { expression: 'nobody' } })
    await inventory.change(ENTRY, (change) =>
      writeScene(change, { things: Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`x${at}`, 'server'])) }),
    )
    await expect(read('x*')).rejects.toMatchObject({ code: 'graph-too-large', facts: { selected: 201, near: 0 } })
    expect((await read('x* limit 200')).nodes).toHaveLength(200)
  })
})
