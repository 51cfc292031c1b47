// @ts-check
// The thread that pictures are drawn in: laying out a graph and painting an SVG take up to a second, in which nothing
// else would be answered. Plain JavaScript: Node starts it as it is.
import { parentPort, workerData } from 'node:worker_threads'
import { Resvg } from '@resvg/resvg-js'

/** @type {{ fontFiles: string[], family: string }} */
const { fontFiles, family } = workerData
if (!parentPort) throw new Error('paint-worker.js runs as a worker thread')
const port = parentPort

/** @type {import('@hpcc-js/wasm-graphviz').Graphviz | null} */
let graphviz = null

/** @param {string} dot */
async function layout(dot) {
  if (graphviz === null) {
    const { Graphviz } = await import('@hpcc-js/wasm-graphviz')
    graphviz = await Graphviz.load()
  }
  return graphviz.layout(dot, 'json', 'dot')
}

/** @param {string} svg @param {number} zoom */
function paint(svg, zoom) {
  // Without these fonts text is left out and nobody is told; those of the system may or may not be there.
  const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: family, sansSerifFamily: family }
  const image = new Resvg(svg, { font, background: '#ffffff', fitTo: { mode: 'zoom', value: zoom }, logLevel: 'off' })
  return new Uint8Array(image.render().asPng())
}

port.on(
  'message',
  async (/** @type {{ id: number, call: 'layout' | 'paint', text: string, zoom: number }} */ asked) => {
    const { id, call, text, zoom } = asked
    try {
      port.postMessage({ id, result: call === 'layout' ? await layout(text) : paint(text, zoom) })
    } catch (error) {
      port.postMessage({ id, error: String(error) })
    }
  },
)
