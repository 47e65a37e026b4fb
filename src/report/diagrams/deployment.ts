// Traffic as it can be drawn: processes as nodes where there are few, else those of one part on a host as one node, else a
// node a host. Whoever handles much of the whole stays a node of its own. Linear in processes and links.

import type { Traffic } from '../../results/result.ts'

/** Beyond these, alike processes share a node. */
const MOST_PROCESSES = 60
const MOST_LINKS = 36
/** Beyond these, so do all processes of a host. */
const MOST_NODES = 120
export const MOST_HOSTS = 24
/** Beyond these, so do hosts that follow one another. */
const MOST_BOXES = 240
/** A process that handles a share of all messages from this on is not grouped. */
const HUB = 0.1

interface DeployedHost {
  readonly name: string
  readonly cores: number
  readonly utilisation: number
  /** How many hosts it stands for. */
  readonly hosts: number
}

export interface DeployedNode {
  readonly name: string
  readonly host: number
  /** Places in the traffic's processes. */
  readonly members: readonly number[]
  /** Means over the members. */
  readonly busy: number
  /** Of all members. */
  readonly handled: number
}

export interface DeployedLink {
  readonly from: number
  readonly to: number
  readonly messages: number
  readonly bytes: number
}

export interface Deployment {
  readonly by: 'process' | 'part' | 'host'
  readonly hosts: readonly DeployedHost[]
  readonly nodes: readonly DeployedNode[]
  /** Between nodes, and of a group within itself; those with most messages first. */
  readonly links: readonly DeployedLink[]
  /** The node of each process. */
  readonly nodeOf: readonly number[]
}

export function deploymentOf(traffic: Traffic): Deployment {
  const few =
    traffic.processes.length <= MOST_PROCESSES &&
    traffic.links.length <= MOST_LINKS &&
    traffic.hosts.length <= MOST_HOSTS
  if (few) return grouped(traffic, 'process', (_, place) => String(place))
  if (traffic.hosts.length <= MOST_HOSTS) {
    const hubs = hubsOf(traffic)
    const byPart = grouped(traffic, 'part', ({ host, part }, place) =>
      hubs.has(place) ? `hub ${place}` : `${host} ${part}`,
    )
    if (byPart.nodes.length <= MOST_NODES) return byPart
  }
  const chunk = Math.ceil(traffic.hosts.length / MOST_BOXES)
  const merged = chunk > 1 ? withFewerHosts(traffic, chunk) : traffic
  const byHost = grouped(merged, 'host', ({ host }) => String(host))
  return chunk > 1
    ? {
        ...byHost,
        hosts: byHost.hosts.map((host, i) => ({
          ...host,
          hosts: Math.min(chunk, traffic.hosts.length - i * chunk),
        })),
      }
    : byHost
}

function hubsOf({ processes }: Traffic): ReadonlySet<number> {
  const all = processes.reduce((sum, { handled }) => sum + handled, 0)
  return new Set(processes.flatMap(({ handled }, place) => (handled >= HUB * all && all > 0 ? [place] : [])))
}

/** Hosts that follow one another as one. */
function withFewerHosts(traffic: Traffic, chunk: number): Traffic {
  const hosts = Array.from({ length: Math.ceil(traffic.hosts.length / chunk) }, (_, i) => {
    const some = traffic.hosts.slice(i * chunk, (i + 1) * chunk)
    const [first, last] = [some[0]!, some.at(-1)!]
    const cores = some.reduce((sum, host) => sum + host.cores, 0)
    const used = some.reduce((sum, host) => sum + host.cores * host.utilisation, 0)
    const name = some.length > 1 ? `${first.name}–${tail(last.name)}` : first.name
    return { name, cores, utilisation: cores > 0 ? used / cores : 0 }
  })
  const processes = traffic.processes.map((process) => ({
    ...process,
    host: Math.floor(process.host / chunk),
  }))
  return { ...traffic, hosts, processes }
}

const tail = (name: string): string => /[^.]*$/.exec(name)![0]

type Process = Traffic['processes'][number]

function grouped(
  { hosts, processes, links }: Traffic,
  by: Deployment['by'],
  keyOf: (process: Process, place: number) => string,
): Deployment {
  const groups = new Map<string, number[]>()
  processes.forEach((process, place) => {
    const key = keyOf(process, place)
    const group = groups.get(key)
    if (group) group.push(place)
    else groups.set(key, [place])
  })
  const nodeOf = new Array<number>(processes.length)
  const nodes = [...groups.values()].map((members, node): DeployedNode => {
    for (const member of members) nodeOf[member] = node
    const of = members.map((member) => processes[member]!)
    return {
      name: by === 'host' ? hosts[of[0]!.host]!.name : nameOf(of),
      host: of[0]!.host,
      members,
      busy: of.reduce((sum, { busy }) => sum + busy, 0) / of.length,
      handled: of.reduce((sum, { handled }) => sum + handled, 0),
    }
  })
  return {
    by,
    hosts: hosts.map((host) => ({ ...host, hosts: 1 })),
    nodes,
    links: mergedLinks(links, nodeOf),
    nodeOf,
  }
}

/** `agent 2–12` where the numbers follow one another, else `agent ×11`. */
function nameOf(of: readonly Process[]): string {
  const [first, last] = [of[0]!, of.at(-1)!]
  if (of.length === 1) return first.name
  const numbers = of.map(({ name, part }) =>
    name.startsWith(`${part}.`) ? Number(name.slice(part.length + 1)) : Number.NaN,
  )
  const inOrder = numbers.every((number, i) => number === numbers[0]! + i)
  return inOrder ? `${first.part} ${numbers[0]}–${tail(last.name)}` : `${first.part} ×${of.length}`
}

function mergedLinks(links: Traffic['links'], nodeOf: readonly number[]): readonly DeployedLink[] {
  const merged = new Map<string, { from: number; to: number; messages: number; bytes: number }>()
  for (const [source, target, messages, bytes] of links) {
    const [from, to] = [nodeOf[source], nodeOf[target]]
    if (from === undefined || to === undefined) continue
    const key = `${from} ${to}`
    const known = merged.get(key)
    if (known) {
      known.messages += messages
      known.bytes += bytes
    } else merged.set(key, { from, to, messages, bytes })
  }
  return [...merged.values()].sort((a, b) => b.messages - a.messages || a.from - b.from || a.to - b.to)
}
