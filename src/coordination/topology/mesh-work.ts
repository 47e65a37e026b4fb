// How the agents of one mesh do a task: whoever has taken it chooses by gossiped load who does which part, all agree on that by
// Byzantine consensus, each does what it was assigned, and sends the results to whoever took the task. Parts of an agent that dies
// are assigned anew. Who takes a task over finds in the replicated state who has which parts, and goes on from there.
// Left out: agents that lie about results; the consensus stands those that lie about decisions.

import {
  type Address,
  Deferred,
  type Message,
  Outcome,
  race,
  type Task,
  withTimeout,
} from '../../env/index.ts'
import { PbftReplica } from '../consensus/pbft-replica.ts'
import { countingMessages } from './counting-env.ts'
import { Gossip } from './gossip.ts'
import { type Assign, type Assigned, MeshAssignments } from './mesh-assignments.ts'
import { MeshLoads } from './mesh-loads.ts'
import type { Part, PartResult, SwarmMember } from './topology.ts'

interface Done extends Message {
  readonly kind: 'mesh.done'
  readonly job: string
  readonly result: PartResult
}

/** A result has not come: it may have been lost on its way. */
interface Wanted extends Message {
  readonly kind: 'mesh.wanted'
  readonly job: string
  readonly part: Part
}

/** So many times the suspicion timeout a decision may take. */
const PATIENCE = 8

/** A job whose results this agent takes: a task, or some parts of one. */
interface Taken {
  readonly parts: readonly Part[]
  readonly results: Map<number, PartResult>
  readonly complete: Deferred<void>
}

export class MeshWork {
  readonly #member: SwarmMember
  readonly #peers: readonly Address[]
  readonly #gossip: Gossip
  readonly #replica: PbftReplica
  readonly #assignments: MeshAssignments
  readonly #taken = new Map<string, Taken>()
  readonly #loads: MeshLoads
  #finished: string[] = []
  #stopped = false

  /** @param peers the agents of this mesh, in the order of their rank */
  constructor(member: SwarmMember, peers: readonly Address[]) {
    const { env, terms, detector } = member
    this.#member = member
    this.#peers = peers
    this.#gossip = new Gossip(env, {
      peers,
      interval: terms.gossip,
      load: () => member.load,
      dead: (peer) => detector.suspects(peer),
    })
    this.#loads = new MeshLoads(member, peers, this.#gossip)
    this.#assignments = new MeshAssignments((job, parts) => this.#assigned(job, parts))
    this.#replica = new PbftReplica(
      countingMessages(env),
      {
        members: peers,
        durable: terms.durable,
        checkpoint: terms.checkpoint,
        window: 2 * terms.checkpoint,
        clientTimeout: terms.suspicion,
        timeout: terms.suspicion,
        retransmission: terms.suspicion,
      },
      this.#assignments,
    )
  }

  /** What all of its agents have in line, as far as is known. */
  get load(): number {
    return this.#loads.total
  }

  /** Who has which parts of a task, as was agreed on. */
  holdersOf(task: string): Assigned[] {
    return this.#assignments.ofTask(task)
  }

  /** Has parts of a task done, as a job that is under way here once at most; ends with their results. */
  *run(job: string, parts: readonly Part[]): Task<PartResult[]> {
    const taken: Taken = { parts, results: new Map(), complete: new Deferred() }
    this.#taken.set(job, taken)
    try {
      yield* this.#assign(job, taken, this.#unassigned(job, parts))
      while (taken.results.size < parts.length) yield* this.#await(job, taken)
      this.#finished.push(job)
      return [...taken.results.values()]
    } finally {
      this.#taken.delete(job)
    }
  }

  /** true: the message was one of its own */
  receive(from: Address, message: Message): boolean {
    if (message.kind === 'mesh.done') this.#learn(message as Done)
    else if (message.kind === 'mesh.wanted')
      this.#do((message as Wanted).job, (message as Wanted).part, from.name)
    else return this.#gossip.receive(from, message) || this.#replica.receive(from, message)
    return true
  }

  stop(): void {
    this.#stopped = true
    this.#gossip.stop()
    this.#replica.stop()
  }

  /** Those that nobody alive is known to have. */
  #unassigned(job: string, parts: readonly Part[]): readonly Part[] {
    const assigned = this.#assignments.of(job)?.parts ?? []
    const held = new Set(assigned.filter(({ agent }) => !this.#isDead(agent)).map(({ index }) => index))
    if (held.size > 0) this.#member.env.observe({ kind: 'count', metric: 'swarm.transferred', by: held.size })
    return parts.filter(({ index }) => !held.has(index))
  }

  /** All agree on who does these parts. */
  *#assign(job: string, { results }: Taken, parts: readonly Part[]): Task<void> {
    const { env, terms } = this.#member
    const left = parts.filter(({ index }) => !results.has(index))
    const finished = this.#finished
    this.#finished = []
    const operation: Assign = {
      kind: 'assign',
      job,
      origin: env.self.name,
      parts: left.map((part) => ({ ...part, agent: this.#loads.choose() })),
      finished,
    }
    try {
      // Long enough for a dead primary to be replaced, however soon others lose patience.
      const patience = Math.max(terms.attempt, PATIENCE * terms.suspicion)
      yield* withTimeout(this.#replica.submit(operation), patience)
    } catch (error) {
      this.#finished.push(...finished)
      for (const { agent } of operation.parts) this.#loads.add(agent, -1)
      throw error
    }
  }

  /** Until all results are there, or an agent that has some of them is held for dead; then those are assigned anew. */
  *#await(job: string, taken: Taken): Task<void> {
    const { env, detector, terms } = this.#member
    const missing = this.#missing(job, taken)
    const agents = this.#peers.filter(({ name }) => missing.some(({ agent }) => agent === name))
    const others = agents.filter(({ name }) => name !== env.self.name)
    const deaths = others.map((agent) => detector.death(agent))
    try {
      yield* race<void>([taken.complete.wait(), env.sleep(2 * terms.suspicion), ...deaths])
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      const lost = this.#missing(job, taken).filter(({ agent }) => this.#isDead(agent))
      for (const { agent } of lost) this.#loads.add(agent, -1)
      env.observe({ kind: 'count', metric: 'swarm.reassigned', by: lost.length })
      const indexes = new Set(lost.map(({ index }) => index))
      yield* this.#assign(
        job,
        taken,
        taken.parts.filter(({ index }) => indexes.has(index)),
      )
      return
    }
    const assigned = new Set(missing.map(({ index }) => index))
    const forgotten = taken.parts.filter(({ index }) => !assigned.has(index) && !taken.results.has(index))
    if (forgotten.length > 0) yield* this.#assign(job, taken, forgotten)
    for (const { agent, ...part } of this.#missing(job, taken)) {
      const wanted: Wanted = { kind: 'mesh.wanted', job, part }
      this.#send(agent, wanted, 'swarm.upkeep')
    }
  }

  /** Assigned, and without a result. */
  #missing(job: string, { results }: Taken): Assigned[] {
    return (this.#assignments.of(job)?.parts ?? []).filter(({ index }) => !results.has(index))
  }

  /** All have agreed on something about a job; what of it is for this agent is begun when nothing has been agreed to the contrary. */
  #assigned(job: string, assigned: readonly Assigned[]): void {
    const { env } = this.#member
    for (const part of assigned) this.#loads.expect(part)
    const assignment = this.#assignments.of(job)!
    if (this.#stopped || !assignment.parts.some(({ agent }) => agent === env.self.name)) return
    env.after(0, () => {
      const { origin, parts } = this.#assignments.of(job) ?? { origin: '', parts: [] }
      for (const { agent, ...part } of parts) if (agent === env.self.name) this.#do(job, part, origin)
    })
  }

  #do(job: string, part: Part, origin: string): void {
    const self = this
    const { env } = this.#member
    env.spawn(
      (function* (): Task<void> {
        const result = yield* self.#member.execute(part)
        const done: Done = { kind: 'mesh.done', job, result }
        const to = self.#assignments.of(job)?.origin ?? origin
        if (to === env.self.name) self.#learn(done)
        else if (!self.#stopped) self.#send(to, done, 'swarm.messages')
      })(),
      'mesh part',
    )
  }

  #learn({ job, result }: Done): void {
    const taken = this.#taken.get(job)
    if (!taken || taken.results.has(result.index)) return
    taken.results.set(result.index, result)
    this.#loads.add(result.by, -1)
    if (taken.results.size === taken.parts.length) taken.complete.resolve()
  }

  #isDead(name: string): boolean {
    return this.#member.detector.suspects({ name })
  }

  #send(name: string, message: Message, metric: 'swarm.messages' | 'swarm.upkeep'): void {
    const { env } = this.#member
    env.observe({ kind: 'count', metric })
    env.send(this.#peers.find((peer) => peer.name === name) ?? { name }, message)
  }
}
