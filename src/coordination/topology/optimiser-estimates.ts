// How a topology would do under a workload, estimated: the time of a task on its way without anybody before it, and waiting at its two
// scarce things, the deciding agents and the computing ones, each taken as M/D/c by the Pollaczek-Khinchine formula with c servers
// as one that is c times as fast. Beyond capacity a line grows for as long as is looked ahead.
// Left out: faults (an estimate has none; they are seen in what is measured), unequal tasks, core time of messages.

import type { Address } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { TopologyName } from './adaptive-parameters.ts'
import type { Figures } from './optimiser-scores.ts'
import { leavesBelow, type Tree, treeOf } from './tree.ts'

/** What comes to a swarm. */
export interface Workload {
  /** Tasks per second. */
  readonly arrivals: number
  /** Of a task. */
  readonly parts: number
  /** Core time of a task, all parts together. */
  readonly service: Nanos
  /** Of a message, one way. */
  readonly delay: Nanos
}

/** What a swarm is, as far as it matters; see SwarmTerms. */
export interface SwarmShape {
  readonly agents: number
  readonly fanOut: number
  readonly depth: number
  readonly groupSize: number
  readonly decision: Nanos
  readonly decisionsAtOnce: number
}

/** What a topology makes of a task. */
interface Course {
  /** Messages one after the other. */
  readonly hops: number
  /** Saves one after the other, of what a replica says before it says it. */
  readonly saves?: number
  /** Decisions one after the other. */
  readonly decisions: number
  /** Agents among whom the first decision of a task is shared out. */
  readonly deciders: number
  /** Agents among whom the parts are. */
  readonly computers: number
}

const COURSES: Readonly<Record<TopologyName, (workload: Workload, shape: SwarmShape) => Course>> = {
  /** Down the tree and up again; every agent that delegates decides, the queen on every task. */
  hierarchical(_workload, { agents, fanOut, depth }) {
    const tree = treeOf(named(agents), { name: '1' }, { fanOut, depth })
    const levels = levelsOf(tree)
    return { hops: 2 * levels, decisions: levels, deciders: 1, computers: leavesBelow(tree, tree.root.name) }
  },
  /** Any agent decides, all agree, and results come from wherever the parts were. */
  mesh: ({ parts }, { agents }) => ({
    hops: agreement(agents) + (parts > 1 ? 1 : 0),
    saves: 3,
    decisions: 1,
    deciders: agents,
    computers: agents,
  }),
  /** What is not computed where it came to goes round once: as parts on the way out, as results the rest of it. */
  ring({ arrivals, parts, service }, { agents }) {
    const busy = Math.min(1, (arrivals * service) / 1e9 / agents)
    return { hops: agents * (parts > 1 ? 1 : busy), decisions: 1, deciders: agents, computers: agents }
  },
  /** As in a mesh of one group; what is more than one group has agents for goes down a tree of groups. */
  hybrid({ parts }, { agents, groupSize, fanOut, depth }) {
    const groups = Math.max(1, Math.floor(agents / groupSize))
    const levels = parts > groupSize ? levelsOf(treeOf(named(groups), { name: '1' }, { fanOut, depth })) : 0
    return {
      // Whoever speaks for a group is its primary.
      hops: agreement(levels > 0 ? 1 : Math.floor(agents / groups)) + (parts > 1 ? 1 : 0) + 2 * levels,
      saves: 3,
      decisions: Math.max(1, levels),
      deciders: agents,
      computers: agents,
    }
  },
}

const named = (count: number): Address[] => Array.from({ length: count }, (_, i) => ({ name: String(i + 1) }))

function levelsOf(tree: Tree): number {
  let levels = 0
  for (let at = tree.root.name; tree.childrenOf(at).length > 0; at = tree.childrenOf(at)[0]!.name) levels++
  return levels
}

/** Messages one after the other until a replica knows that all agree: to the primary, unless it is that itself, and three phases. */
const agreement = (replicas: number): number => 3 + (replicas - 1) / replicas

/** What a disk takes to save. [G] as a data centre's SSD with its latency and its sync. */
const SAVE: Nanos = 1.1e6
/** So far a line is looked at; 20 s is the default dwell time. */
const HORIZON: Nanos = 20e9
/** Above this share of its capacity a line is taken to grow. */
const FULL = 0.95

/** @param workload what is to come @param shape the swarm */
export function estimate(topology: TopologyName, workload: Workload, shape: SwarmShape): Figures {
  const { arrivals, service, parts, delay } = workload
  const { hops, saves = 0, decisions, deciders, computers } = COURSES[topology](workload, shape)
  const atOnce = deciders * shape.decisionsAtOnce
  const part = service / parts
  const share = part * Math.ceil(parts / computers)
  const deciding = (arrivals * shape.decision) / 1e9 / atOnce
  const computing = (arrivals * service) / 1e9 / computers
  const latency =
    hops * delay +
    saves * SAVE +
    decisions * shape.decision +
    share +
    wait(deciding, shape.decision / shape.decisionsAtOnce) +
    wait(computing, part)
  const served = Math.min(1, 1 / Math.max(deciding, computing))
  return {
    latency,
    throughput: arrivals * served,
    // What finds no place in time is given up.
    success: served,
    utilisation: (arrivals * served * service) / 1e9 / shape.agents,
  }
}

/** For one's turn at a server of which so much is in use; a line that grows, by half of what it grows to. */
function wait(load: number, service: Nanos): Nanos {
  const steady = Math.min(load, FULL)
  const growing = load > FULL ? ((load - FULL) / load) * (HORIZON / 2) : 0
  return (steady * service) / (2 * (1 - steady)) + growing
}
