// The font of the pictures, from a package: what is installed on a machine differs, and a picture without its font has
// no text in it.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf')

export const FAMILY = 'DejaVu Sans'

export type Weight = 'normal' | 'bold'

export const FONT_FILES: Readonly<Record<Weight, string>> = {
  normal: join(folder, 'DejaVuSans.ttf'),
  bold: join(folder, 'DejaVuSans-Bold.ttf'),
}
