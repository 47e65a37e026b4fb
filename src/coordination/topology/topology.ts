// What the topologies of a swarm have in common: a task in parts, its results, the agent that stands at one place of the topology,
// and what it asks of a topology. An effect of a part is the acceptance of its result by whoever submitted the task: computing
// a part twice (after a death) wastes a core's time, and is counted, but never takes effect twice.

import {
  type Address,
  type Env,
  type Message,
  RefusedError,
  type Request,
  type Task,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { FailureDetector } from './failure-detector.ts'
import type { SwarmTerms } from './terms.ts'

/** A task as it comes to a swarm. The same id is the same task, however often it is submitted. */
export interface SwarmTask extends Request<SwarmResult | Redirect> {
  readonly kind: 'swarm.task'
  readonly id: string
  /** Core time of all its parts, nanoseconds. */
  readonly service: Nanos
  /** Into how many parts it is decomposed, at least 1. */
  readonly parts: number
  /** What kind of work it is, for those who choose by it. */
  readonly type?: string
  /** 1 for the first time it is submitted. */
  readonly attempt: number
}

export interface Part {
  /** The task's id. */
  readonly task: string
  /** From 0. */
  readonly index: number
  readonly service: Nanos
}

export interface PartResult {
  readonly task: string
  readonly index: number
  /** Who computed it. */
  readonly by: string
  /** How long that took, from its first core time to its last. */
  readonly computing: Nanos
}

export interface SwarmResult extends Message {
  readonly kind: 'swarm.result'
  readonly id: string
  /** One for each part. */
  readonly results: readonly PartResult[]
  /** Where the topology can change: any agent takes tasks now, whoever took them before. */
  readonly anywhere?: boolean
}

/** The answer of an agent that takes no tasks, and knows who does. */
export interface Redirect extends Message {
  readonly kind: 'swarm.redirect'
  readonly to: string
}

/** Thrown by `submit`: tasks are taken elsewhere, or (`to` undefined) by nobody at present. */
export class Elsewhere extends RefusedError {
  constructor(readonly to: Address | undefined) {
    super(503, to ? `tasks are taken by ${to.name}` : 'nobody takes tasks at present')
  }
}

/** What a successor (another topology, another agent) goes on from: plain data. */
export interface TopologyState {
  /** The latest election term seen. */
  readonly term: number
  /** Who took tasks. */
  readonly queen?: string
  /** Tasks taken here and not done; their submitters are told (503) and submit again. */
  readonly tasks: readonly SwarmTask[]
  /** Results that are known of them. */
  readonly results: readonly PartResult[]
}

/** The agent at one place of a topology. What it has computed, and whom it holds for dead, outlives a change of topology. */
export interface SwarmMember {
  readonly env: Env
  /** All agents of the swarm, this one included, in the order of their rank. */
  readonly members: readonly Address[]
  readonly terms: SwarmTerms
  readonly detector: FailureDetector
  /** Parts in line here, the one being computed included. */
  readonly load: number
  /** Computes a part here, after those before it in line; a part known or under way is not computed again. */
  execute(part: Part): Task<PartResult>
  /** Takes the time that a decision takes, after those being made. */
  decide(): Task<void>
  /** Whether a part is in line here, or remembered. */
  has(part: Part): boolean
  /** What has become of parts here: results, and those in line. */
  known(): { readonly results: readonly PartResult[]; readonly running: readonly Part[] }
}

/** How the agents of a swarm share work, as seen by one of them. */
export interface Topology {
  /** Takes a task that has come to this agent from outside; ends with its result when all of its parts are done. Throws `Elsewhere`. */
  submit(task: SwarmTask): Task<SwarmResult>
  /** true: the message was one of its own */
  receive(from: Address, message: Message): boolean
  /** Answers another agent's request; undefined: it is not one of its own. */
  handle(from: Address, request: Request<unknown>): Task<unknown> | undefined
  /** No more timers; what a successor goes on from. Submissions under way are refused (503). */
  stop(): TopologyState
}

/** The parts of a task; their service adds up to the task's exactly. */
export function partsOf({ id, service, parts }: SwarmTask): Part[] {
  const count = Math.max(1, parts)
  const even = Math.floor(service / count)
  const rest = service - even * count
  return Array.from({ length: count }, (_, index) => ({
    task: id,
    index,
    service: even + (index < rest ? 1 : 0),
  }))
}

/** Names a part, in any swarm. */
export const partKey = ({ task, index }: { readonly task: string; readonly index: number }): string =>
  `${task}/${index}`

/** A part whose result is the same again is dropped. */
export function withoutDoubles(results: readonly PartResult[]): PartResult[] {
  const seen = new Set<number>()
  const single = results.filter(({ index }) => !seen.has(index) && seen.add(index))
  return single.sort((a, b) => a.index - b.index)
}
