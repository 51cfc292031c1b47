// The picture of a rack, from the inventory to the pixels: what stands where, what is free, and that all can be read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { elevationLines } from '../../../../src/bot/render/pictures/elevation-lines.ts'
import { elevationSvg } from '../../../../src/bot/render/pictures/elevation-svg.ts'
import { Painter } from '../../../../src/bot/render/pictures/painter.ts'
import type { Inventory } from '../../../../src/inventory/inventory.ts'
import { type Elevation, readElevation } from '../../../../src/inventory/read/elevation.ts'
import { closeInventory, databases, ENTRY, openInventory } from '../../../inventory/open.ts'
import { writeScene } from '../../../inventory/scene.ts'
import { classesOf, pixelsOf, sizeOf, textsOf } from './drawing.ts'

const LONG = 'storage-shelf-with-a-very-long-name-in-the-north-west-corner-0001'

const HALF = { summary: '', extends: 'appliance', units: 0.5 }
const FLAT = { summary: '', extends: 'powerstrip', units: 0 }

describe.each(databases)('an elevation, on %s', (kind) => {
  let inventory: Inventory
  let elevation: Elevation
  beforeAll(async () => {
    inventory = await openInventory(kind)
    await inventory.change(ENTRY, async (change) => {
      const drivers = { half: HALF, flat: FLAT }
      await change.insert(
        'drivers',
        Object.entries(drivers).map(([name, spec]) => ({ name, name_key: name, spec })),
      )
    })
    await inventory.change(ENTRY, (change) =>
      writeScene(change, {
        things: {
          ...{ dc1: 'datacenter', cage1: 'cage', r1: 'rack', empty: 'rack', tall: 'rack' },
          ...{ s1: 'server', 'a&b"<c>': 'server', [LONG]: 'server', broken1: 'server', sw1: 'networkswitch' },
          ...{
            fr1: 'appliance',
            re1: 'appliance',
            re2: 'appliance',
            h1: 'half',
            h2: 'half',
            pdu1: 'flat',
            lost1: 'server',
          },
          top: 'server',
        },
        edges: [
          ...([
            ['dc1', 'cage1'],
            ['cage1', 'r1'],
            ['r1', 's1', 13],
            ['r1', 'a&b"<c>', 1],
            ['r1', LONG, 2, 5],
          ] as const),
          ...([
            ['r1', 'broken1', 7],
            ['r1', 'sw1', 45],
            ['r1', 'fr1', 10, 10, 'front'],
          ] as const),
          ...([
            ['r1', 're1', 10, 10, 'rear'],
            ['r1', 're2', 20, 21, 'rear'],
            ['r1', 'h1', 30, 30],
          ] as const),
          ...([
            ['r1', 'h2', 30.5, 30.5],
            ['r1', 'pdu1'],
            ['r1', 'lost1'],
            ['tall', 'top', 400],
          ] as const),
        ],
        attributes: [
          ...([
            ['s1', 'status', 'allocated'],
            ['a&b"<c>', 'status', 'unallocated'],
          ] as const),
          ...([
            ['broken1', 'status', 'broken'],
            ['sw1', 'status', 'allocated'],
            ['sw1', '_protected', 'core'],
          ] as const),
          ['tall', 'maxu', '500', 'integer'],
        ],
      }),
    )
    elevation = await read('r1')
  })
  afterAll(() => closeInventory(inventory))

  const read = (rack: string, moment: number | null = null) =>
    inventory.read((view) => readElevation(view, { text: rack, at: 0 }, moment))

  it('knows where everything stands, and which units are free on both faces', () => {
    const places = elevation.occupants.map(({ name, low, end, face }) => [name, low, end, face])
    expect(places).toEqual([
      ['sw1', 45, 46, null],
      ['h2', 30.5, 31, null],
      ['h1', 30, 30.5, null],
      ['re2', 20, 22, 'rear'],
      ['s1', 13, 14, null],
      ['fr1', 10, 11, 'front'],
      ['re1', 10, 11, 'rear'],
      ['broken1', 7, 8, null],
      [LONG, 2, 6, null],
      ['a&b"<c>', 1, 2, null],
    ])
    expect(elevation.free.map(({ low, high }) => `${low}-${high}`)).toEqual([
      '6-6',
      '8-9',
      '11-12',
      '14-19',
      '22-29',
      '31-44',
    ])
    expect(elevation.places).toEqual(['cage1', 'dc1'])
    expect([elevation.beside, elevation.unplaced].map((list) => list.map(({ name }) => name))).toEqual([
      ['pdu1'],
      ['lost1'],
    ])
    const standings = new Map(elevation.occupants.map(({ name, standing }) => [name, standing]))
    expect(['s1', 'a&b"<c>', 'sw1', 'broken1', 'h1'].map((name) => standings.get(name))).toEqual([
      ...['allocated', 'unallocated', 'protected', 'other', 'other'],
    ])
  })

  it('is as it was at a moment, and may be empty', async () => {
    const then = await read('r1', 2)
    expect(then.occupants).toHaveLength(10)
    expect(elevationLines(then, ['front'])[0]).toMatch(/, as of version 2$/)
    await expect(read('r1', 1)).rejects.toMatchObject({ code: 'unknown-thing' })
    const empty = await read('empty')
    expect(elevationLines(empty, ['front'])).toEqual([
      'empty, front: 45 of 45 U free, largest gap U1-45',
      '  U1-45  free',
    ])
    expect(textsOf(elevationSvg(empty, ['front'])).map(({ text }) => text)).toContain('U1-45 free (45 U)')
  })

  it('in words is a column of units from the top, free runs folded', () => {
    expect(elevationLines(elevation, ['front'])).toEqual([
      'r1 (cage1, dc1), front: 33 of 45 U free, largest gap U31-44',
      '  U45     sw1      networkswitch, protected, allocated',
      '  U31-44  free',
      '  U30.5   h2       appliance, no status, half a unit',
      '  U30     h1       appliance, no status, half a unit',
      '  U22-29  free',
      '  U20-21  re2      appliance, no status, rear only',
      '  U14-19  free',
      '  U13     s1       server, allocated',
      '  U11-12  free',
      '  U10     fr1      appliance, no status, front only',
      '  U10     re1      appliance, no status, rear only',
      '  U8-9    free',
      '  U7      broken1  server, broken',
      '  U6      free',
      `  U2-5    ${LONG}  server, no status`,
      '  U1      a&b"<c>  server, unallocated',
      'takes no unit: pdu1',
      'without a unit: lost1',
    ])
  })

  it('names every thing and every unit, and the signs say their meaning', () => {
    const svg = elevationSvg(elevation, ['front'])
    const texts = textsOf(svg).map(({ text }) => text)
    const all = svg.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
    for (const { name } of [...elevation.occupants, ...elevation.beside, ...elevation.unplaced])
      expect(all).toContain(name === LONG ? LONG.slice(0, 12) : name)
    for (let unit = 1; unit <= 45; unit++) expect(texts.filter((text) => text === String(unit))).toHaveLength(2)
    expect(texts).toEqual(
      expect.arrayContaining(['r1 (cage1, dc1)', 'allocated (1)', 'unallocated (1)', 'protected (1)']),
    )
    expect(texts).toEqual(
      expect.arrayContaining(['other (9)', 'free', 'only on the other face', 'rear: re2', 'server · broken']),
    )
    expect(texts.find((text) => text.startsWith('as of version 2, '))).toBeDefined()
  })

  it('tells statuses apart by shape', () => {
    // One more of each than there are things on the front and beside: the legend.
    const shapes = classesOf(elevationSvg(elevation, ['front']))
    expect(shapes).toEqual({ 'mark-square': 2, 'mark-circle': 2, 'mark-triangle': 2, 'mark-diamond': 7 })
  })

  it.each([[['front']], [['rear']], [['front', 'rear']]] as const)(
    'can be read from %s: nothing is small, cut off or over another',
    (faces) => {
      const svg = elevationSvg(elevation, faces)
      const { width, height } = sizeOf(svg)
      expect(width).toBe(680)
      const texts = textsOf(svg)
      for (const { size, left, right, y } of texts) {
        expect(size).toBeGreaterThanOrEqual(12)
        expect(left).toBeGreaterThanOrEqual(0)
        expect(right).toBeLessThanOrEqual(width)
        expect(y).toBeLessThan(height)
      }
      for (const [at, a] of texts.entries())
        for (const b of texts.slice(at + 1))
          expect(Math.abs(a.y - b.y) < 10 && a.left < b.right && b.left < a.right, `${a.text} over ${b.text}`).toBe(
            false,
          )
    },
  )

  it('of a very tall rack is folded where nothing stands', async () => {
    const tall = await read('tall')
    expect([tall.min, tall.max]).toEqual([1, 500])
    expect(sizeOf(elevationSvg(tall, ['front'])).height).toBeLessThan(400)
  })

  it('has its text in the pixels, on a page that is not clear', async () => {
    const painter = new Painter()
    const svg = elevationSvg(elevation, ['front'])
    const png = pixelsOf(await painter.paint(svg, 1))
    const mute = pixelsOf(await painter.paint(svg.replace(/(<text [^>]*>)[^<]*/g, '$1'), 1))
    await painter.close()
    const { width, height } = sizeOf(svg)
    expect(png).toMatchObject({ width, height, clear: 0 })
    expect(png.dark - mute.dark).toBeGreaterThan(3000)
  })
})
