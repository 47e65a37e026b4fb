// What a topology shows: hosts with their processes, how busy each is, and the links with what they carry.

import type { Fault, Traffic } from '../../results/result.ts'
import { format, formatNumber } from '../../units.ts'
import { type DeployedLink, type Deployment, deploymentOf } from './deployment.ts'
import { type TopologyLayout, topologyLayout } from './topology-layout.ts'

/** Beyond these, links are left out, those with fewest messages first. */
const MOST_DRAWN = 240
const MOST_DRAWN_COMPACT = 80
/** Below the drawing. */
const LEGEND = 64

export interface Topology {
  readonly traffic: Traffic
  readonly deployment: Deployment
  readonly layout: TopologyLayout
  /** Drawn, those with most messages first. */
  readonly links: readonly DeployedLink[]
  readonly hidden: readonly DeployedLink[]
  /** Faults by the name of whom they befell. */
  readonly befallen: ReadonlyMap<string, number>
  readonly width: number
  readonly height: number
}

export function topologyOf(traffic: Traffic, faults: readonly Fault[]): Topology {
  const deployment = deploymentOf(traffic)
  const layout = topologyLayout(deployment)
  const drawable = deployment.links.filter(({ from, to }) => !layout.compact || from !== to)
  const most = layout.compact ? MOST_DRAWN_COMPACT : MOST_DRAWN
  const befallen = new Map<string, number>()
  for (const { target } of faults)
    for (const name of new Set(target.split(/, | \| /))) befallen.set(name, (befallen.get(name) ?? 0) + 1)
  return {
    traffic,
    deployment,
    layout,
    links: drawable.slice(0, most),
    hidden: [
      ...drawable.slice(most),
      ...deployment.links.filter(({ from, to }) => layout.compact && from === to),
    ],
    befallen,
    width: layout.width,
    height: layout.height + LEGEND,
  }
}

/** How many faults befell these processes. */
export const faultsOf = ({ befallen, traffic }: Topology, members: readonly number[]): number =>
  members.reduce((sum, member) => sum + (befallen.get(traffic.processes[member]!.name) ?? 0), 0)

/** The process that is busy for the largest share of the time, if any is at all. */
export function busiestOf({ traffic: { processes } }: Topology): number | undefined {
  if (processes.length === 0) return undefined
  const busiest = processes.reduce(
    (best, { busy }, place) => (busy > processes[best]!.busy ? place : best),
    0,
  )
  return processes[busiest]!.busy > 0 ? busiest : undefined
}

/** `1,203/s`; by the minute or hour where even the strongest link has less than one a second. */
export function rateOf({ traffic, links }: Topology, messages: number): string {
  const seconds = traffic.measured / 1e9
  const most = (links[0]?.messages ?? messages) / seconds
  if (most >= 1) return format(messages / seconds, '/s')
  const [size, unit] = most * 60 >= 1 ? [60, 'min'] : [3600, 'h']
  return `${formatNumber((messages / seconds) * size)}/${unit}`
}

/** `1,203/s, 2.1 MB/s`. */
export const loadOf = (topology: Topology, { messages, bytes }: DeployedLink): string =>
  `${rateOf(topology, messages)}, ${format(bytes / (topology.traffic.measured / 1e9), 'bytes/s')}`
