// Makes the file of a picture from the data that it shows: words, SVG, PNG.
import type { Picture, PictureReply, Reply } from '../../../commands/reply.ts'
import { elevationLines } from './elevation-lines.ts'
import { elevationSvg } from './elevation-svg.ts'
import { graphDot, readLayout } from './graph-layout.ts'
import { graphLines } from './graph-lines.ts'
import { graphSvg } from './graph-svg.ts'
import { painter } from './painter.ts'

/** Throws BotError `picture-failed`. */
export async function pictureFile({ picture, warnings = [] }: PictureReply): Promise<Extract<Reply, { kind: 'file' }>> {
  const svg = await svgOf(picture)
  const content = await painter.paint(svg, zoomFor(svg))
  return {
    kind: 'file',
    path: `${fileName(picture)}.png`,
    mediaType: 'image/png',
    content,
    lines: linesOf(picture),
    warnings,
  }
}

async function svgOf(picture: Picture): Promise<string> {
  if (picture.tag === 'elevation') return elevationSvg(picture.elevation, picture.faces)
  return graphSvg(picture.graph, readLayout(await painter.layout(graphDot(picture.graph))))
}

function linesOf(picture: Picture): string[] {
  return picture.tag === 'elevation' ? elevationLines(picture.elevation, picture.faces) : graphLines(picture.graph)
}

/** A name is an operator's text, and may be long. */
function fileName(picture: Picture): string {
  const name = picture.tag === 'elevation' ? picture.elevation.rack : picture.graph.expression
  const plain = name.replace(/[^\p{L}\p{N}.-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '')
  return [picture.tag, [...plain].slice(0, 40).join('')].filter((part) => part !== '').join('-')
}

// Twice the size for screens with fine pixels, less where that is more than a chat takes: in millions of pixels.
const SHARP = 2
const MOST_PIXELS = 20

function zoomFor(svg: string): number {
  const [, width = '1', height = '1'] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []
  return Math.min(SHARP, Math.sqrt((MOST_PIXELS * 1e6) / (Number(width) * Number(height))))
}
