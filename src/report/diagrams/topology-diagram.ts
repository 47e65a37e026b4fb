// The topology in words: title, caption and table.

import type { Traffic } from '../../results/result.ts'
import { format } from '../../units.ts'
import type { DataTable } from '../charts/chart.ts'
import { label } from '../charts/labels.ts'
import { counted, percent } from '../figures.ts'
import type { Chosen, Diagram, Drawable } from './draft.ts'
import { busiestOf, type Topology, topologyOf } from './topology.ts'
import { drawTopology } from './topology-drawing.ts'

export function topologyDiagram({ variant, why }: Chosen<Drawable>): Diagram | undefined {
  const { traffic, faults } = variant
  if (!traffic || traffic.processes.length === 0 || !(traffic.measured > 0)) return undefined
  const topology = topologyOf(traffic, faults)
  return {
    name: 'topology',
    title: titleOf(topology),
    caption: [why, ...captionOf(topology)].filter((sentence) => sentence !== '').join(' '),
    table: tableOf(traffic),
    width: topology.width,
    height: topology.height,
    draw: (pen) => drawTopology(pen, topology),
  }
}

export const totalMessages = ({ links, further }: Traffic): number =>
  links.reduce((sum, [, , messages]) => sum + messages, further.messages)

/** `Of 1,203 messages/s, 62 % go to queen.1; busiest is ollama.3, 97 % of the time`. */
function titleOf(topology: Topology): string {
  const { traffic } = topology
  const { processes, measured } = traffic
  const total = totalMessages(traffic)
  const rate = `${format(total / (measured / 1e9), 'number')} messages/s`
  const handled = processes.reduce((sum, process) => sum + process.handled, 0)
  const most = processes.reduce((best, process) => (process.handled > best.handled ? process : best))
  const share = handled > 0 ? most.handled / handled : 0
  const where =
    total === 0
      ? 'No messages'
      : share * processes.length < 2 && processes.length > 2
        ? `${rate}, no more than ${percent(share)} of them to one of ${counted(processes.length, 'process').replace('processs', 'processes')}`
        : `Of ${rate}, ${percent(share)} go to ${label(most.name, 60)}`
  const busiest = busiestOf(topology)
  if (busiest === undefined) return where
  const { name, busy } = processes[busiest]!
  return where.endsWith(` go to ${label(name, 60)}`)
    ? `${where}, busy ${percent(busy)} of the time`
    : `${where}; busiest: ${label(name, 60)}, ${percent(busy)} of the time`
}

function captionOf(topology: Topology): readonly string[] {
  const { traffic, deployment, hidden, layout, befallen } = topology
  const lost = hidden.reduce((sum, { messages }) => sum + messages, 0) + traffic.further.messages
  const left = hidden.length + traffic.further.links
  return [
    `Seed ${label(traffic.seed, 24)}, from the end of warm-up.`,
    layout.compact
      ? 'A box is a host, the darker the more of its cores are in use; a line is what hosts send one another.'
      : `A box is a host, a circle ${deployment.by === 'process' ? 'a process' : deployment.by === 'part' ? 'a process, or all alike on a host' : 'all processes of a host'}, with the share of time in which it held a core or waited for one; ringed in orange the busiest.`,
    'Lines bend to the right of their way, and widen with the logarithm of their messages; in orange the one with most.',
    befallen.size > 0 ? 'Dashed and ×: hit by a fault.' : '',
    left > 0
      ? `Not drawn: ${counted(left, 'link')} with ${percent(lost / Math.max(1, totalMessages(traffic)))} of the messages.`
      : '',
  ]
}

function tableOf({ links, processes, measured }: Traffic): DataTable {
  const names = processes.map(({ name }) => label(name, 80))
  const seconds = measured / 1e9
  return {
    columns: ['from', 'to', 'messages', 'bytes', 'rate (/s)', 'bandwidth (bytes/s)'],
    rows: links.map(([from, to, messages, bytes]) => [
      names[from] ?? '',
      names[to] ?? '',
      messages,
      bytes,
      messages / seconds,
      bytes / seconds,
    ]),
  }
}
