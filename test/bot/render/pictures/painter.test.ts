// The thread that draws: text is drawn with the font that comes along, what takes too long is ended, and what is idle
// keeps nobody.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { FONT_FILES } from '../../../../src/bot/render/pictures/fonts.ts'
import { Painter } from '../../../../src/bot/render/pictures/painter.ts'
import { lettering, picture } from '../../../../src/bot/render/pictures/svg.ts'
import { pixelsOf } from './drawing.ts'

const painter = new Painter()
afterAll(() => painter.close())

const saying = (text: string, weight: 'normal' | 'bold') =>
  picture(300, 60, '', lettering(10, 40, text, { size: 30, weight }))

describe('the painter', () => {
  it.each(['normal', 'bold'] as const)(
    'draws %s text with the fonts of the package, not with those of the system',
    async (weight) => {
      expect(FONT_FILES[weight]).toContain('dejavu-fonts-ttf')
      const empty = pixelsOf(await painter.paint(saying('', weight), 2))
      const written = pixelsOf(await painter.paint(saying('server1', weight), 2))
      expect(empty).toEqual({ width: 600, height: 120, dark: 0, clear: 0 })
      expect(written.dark).toBeGreaterThan(1000)
    },
  )

  it('has no other font than these: text of another family is drawn with them too', async () => {
    const own = await painter.paint(saying('server1', 'normal'), 1)
    const other = await painter.paint(saying('server1', 'normal').replace('DejaVu Sans', 'Liberation Serif'), 1)
    expect(pixelsOf(other).dark === 0 || Buffer.from(other).equals(Buffer.from(own))).toBe(true)
  })

  it('refuses what is no SVG, and goes on', async () => {
    await expect(painter.paint('<svg', 1)).rejects.toMatchObject({ code: 'picture-failed' })
    expect(pixelsOf(await painter.paint(saying('x', 'normal'), 1)).width).toBe(300)
  })

  it('ends what takes too long, and draws the next picture in a new thread', async () => {
    const hasty = new Painter(4000)
    const nodes = Array.from({ length: 120 }, (_, at) => at)
    const tangle = `digraph { ${nodes.flatMap((a) => nodes.map((b) => `${a} -> ${b}`)).join('; ')} }`
    const begun = performance.now()
    await expect(hasty.layout(tangle)).rejects.toMatchObject({
      code: 'picture-failed',
      facts: { reason: 'it took longer than 4 seconds' },
    })
    expect(performance.now() - begun).toBeLessThan(15_000)
    expect(pixelsOf(await hasty.paint(saying('x', 'normal'), 1)).width).toBe(300)
    await hasty.close()
  })

  it('lets a program end that has drawn its picture', async () => {
    const source = new URL('../../../../src/bot/render/pictures/painter.ts', import.meta.url).href
    const program = `const { painter } = await import(${JSON.stringify(source)})
      const png = await painter.paint('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 1)
      console.log(png.length > 0)`
    const folder = await mkdtemp(join(tmpdir(), 'clusto-'))
    await writeFile(join(folder, 'program.mjs'), program)
    const words = ['--import', 'tsx', join(folder, 'program.mjs')]
    const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 50_000 })
    await rm(folder, { recursive: true })
    expect(stdout.trim()).toBe('true')
  })
})
