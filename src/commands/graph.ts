// A picture of who is connected to whom.
import { readGraph } from '../inventory/read/graph.ts'
import { readCommand } from './command.ts'

export const graph = readCommand({
  name: 'graph',
  summary: 'A picture of what things are connected to: network, power, consoles, racks',
  syntax: 'graph <query>',
  examples: ['graph server1', 'graph db* in rack101', 'graph rack102'],
  async run({ query }, { view, now }) {
    const { graph, warnings } = await readGraph(view, query, now)
    return { kind: 'picture', picture: { tag: 'graph', graph }, warnings }
  },
})
