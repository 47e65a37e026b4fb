// The hybrid topology of OllamaMax (spec: system 1): a hierarchy of meshes. The agents stand in groups; in each they agree by Byzantine
// consensus on who does what, as in a mesh, and above them is a tree of the groups. Any agent takes tasks: its group is the root
// of the tree for that task, so that no queen can be missed. What its group has not room for goes down the tree in shares of a
// group's size. The first agent alive speaks for its group, as those see it who talk to it; so leaders need no election.
// Who takes over a task from one that has died asks the groups which parts they have agreed on.
// The document says no more than "a hierarchy of meshes, past 100 agents": the rest is of our design.

import {
  type Address,
  all,
  allSettled,
  type Message,
  type Request,
  type Running,
  race,
  type Settled,
  type Task,
} from '../../env/index.ts'
import { type Delegate, Delegation } from './delegation.ts'
import { MeshWork } from './mesh-work.ts'
import { TaskBook } from './task-book.ts'
import {
  type Part,
  type PartResult,
  partsOf,
  type SwarmMember,
  type SwarmResult,
  type SwarmTask,
  type Topology,
  type TopologyState,
} from './topology.ts'
import { type Tree, treeOf } from './tree.ts'

/** Which parts of a task a group has agreed on. */
interface WhoHas extends Request<Held> {
  readonly kind: 'hybrid.who-has'
  readonly task: string
}

interface Held extends Message {
  readonly kind: 'hybrid.held'
  readonly held: readonly { readonly index: number; readonly agent: string }[]
}

/** Agents in groups of this size at least, if there are so many, in the order of their rank. */
export function groupsOf(members: readonly Address[], size: number): readonly (readonly Address[])[] {
  const count = Math.max(1, Math.floor(members.length / size))
  return Array.from({ length: count }, (_, i) =>
    members.slice(Math.floor((i * members.length) / count), Math.floor(((i + 1) * members.length) / count)),
  )
}

const nameOf = (group: number): string => `group ${group + 1}`

export class Hybrid implements Topology {
  readonly #member: SwarmMember
  readonly #state: Pick<TopologyState, 'term' | 'queen'>
  readonly #book: TaskBook
  readonly #work: MeshWork
  readonly #delegation: Delegation
  /** The agents of each group, by its name. */
  readonly #groups: ReadonlyMap<string, readonly Address[]>
  readonly #own: string
  readonly #trees = new Map<string, Tree>()
  /** Shares under way in this agent's group. */
  readonly #jobs = new Map<string, Running<Settled<PartResult[]>>>()

  constructor(member: SwarmMember, from?: TopologyState) {
    const { members, env, terms, detector } = member
    this.#member = member
    this.#state = { term: from?.term ?? 0, queen: from?.queen ?? members[0]!.name }
    this.#book = new TaskBook(env, from?.results)
    const groups = groupsOf(members, terms.groupSize)
    this.#groups = new Map(groups.map((group, i) => [nameOf(i), group]))
    const own = groups.findIndex((group) => group.some(({ name }) => name === env.self.name))
    this.#own = nameOf(own)
    this.#work = new MeshWork(member, groups[own]!)
    this.#delegation = new Delegation(member, {
      name: this.#own,
      dead: (group) => this.#agentsOf(group).every((agent) => detector.suspects(agent)),
      agentOf: (group) => this.#speakerOf(group),
      works: true,
      load: () => this.#work.load,
      together: groups[own]!.length,
      compute: (parts) => this.#inGroup(parts),
    })
  }

  submit(task: SwarmTask): Task<SwarmResult> {
    return this.#book.take(task, (task, known) => this.#do(task, known))
  }

  receive(from: Address, message: Message): boolean {
    return this.#work.receive(from, message)
  }

  handle(_from: Address, request: Request<unknown>): Task<unknown> | undefined {
    if (request.kind === 'swarm.delegate') {
      const delegate = request as Delegate
      return this.#delegation.answer(this.#treeOf(delegate.root), delegate)
    }
    return request.kind === 'hybrid.who-has' ? this.#tell(request as WhoHas) : undefined
  }

  stop(): TopologyState {
    this.#work.stop()
    for (const running of this.#jobs.values()) running.cancel()
    return { ...this.#state, ...this.#book.stop() }
  }

  *#do(task: SwarmTask, known: readonly PartResult[]): Task<readonly PartResult[]> {
    const { env, members } = this.#member
    const have = new Set(known.map(({ index }) => index))
    const left = partsOf(task).filter(({ index }) => !have.has(index))
    const holders = task.attempt > 1 ? yield* this.#whoHas(task.id) : new Map<number, string>()
    const tree = this.#treeOf(this.#own)
    const shares: Task<PartResult[]>[] = []
    const free: Part[] = []
    for (const part of left) {
      const holder = members.find(({ name }) => name === holders.get(part.index))
      if (!holder || this.#member.detector.suspects(holder)) free.push(part)
      else if (holder.name === env.self.name) shares.push(this.#here(part))
      else shares.push(this.#delegation.ask(tree, holder, [part], true))
    }
    if (shares.length > 0) env.observe({ kind: 'count', metric: 'swarm.transferred', by: shares.length })
    if (free.length > 0) shares.push(this.#delegation.run(tree, free))
    return (yield* all(shares)).flat()
  }

  *#here(part: Part): Task<PartResult[]> {
    return [yield* this.#member.execute(part)]
  }

  /** Has parts done by this agent's group; the same ones once at a time, whoever asks. */
  *#inGroup(parts: readonly Part[]): Task<PartResult[]> {
    const job = `${parts[0]!.task}#${parts.map(({ index }) => index).join()}`
    let running = this.#jobs.get(job)
    if (!running) {
      running = this.#member.env.spawn(this.#settled(job, parts), 'job')
      this.#jobs.set(job, running)
    }
    const outcome = yield* running.join()
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }

  *#settled(job: string, parts: readonly Part[]): Task<Settled<PartResult[]>> {
    try {
      const [outcome] = yield* allSettled([this.#work.run(job, parts)])
      return outcome!
    } finally {
      this.#jobs.delete(job)
    }
  }

  /** What the groups have agreed on about a task: who has which part. */
  *#whoHas(task: string): Task<Map<number, string>> {
    const { env, detector, terms } = this.#member
    const others = [...this.#groups.keys()].filter((name) => name !== this.#own)
    env.observe({ kind: 'count', metric: 'swarm.upkeep', by: others.length })
    const outcomes = yield* allSettled(
      others.map((name) => {
        const agent = this.#speakerOf({ name })
        const request: WhoHas = { kind: 'hybrid.who-has', task }
        return race<Held>([env.call(agent, request, terms.suspicion), detector.death(agent)])
      }),
    )
    const told = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.held : []))
    const own = this.#work.holdersOf(task)
    return new Map([...told, ...own].map(({ index, agent }) => [index, agent]))
  }

  *#tell({ task }: WhoHas): Task<Held> {
    this.#member.env.observe({ kind: 'count', metric: 'swarm.upkeep' })
    const held = this.#work.holdersOf(task).map(({ index, agent }) => ({ index, agent }))
    return { kind: 'hybrid.held', held }
  }

  #agentsOf({ name }: Address): readonly Address[] {
    return this.#groups.get(name) ?? []
  }

  /** The first that is not held for dead; if all are, the first. */
  #speakerOf(group: Address): Address {
    const agents = this.#agentsOf(group)
    return agents.find((agent) => !this.#member.detector.suspects(agent)) ?? agents[0]!
  }

  #treeOf(root: string): Tree {
    let tree = this.#trees.get(root)
    if (!tree) {
      const places = [...this.#groups.keys()].map((name) => ({ name }))
      tree = treeOf(places, { name: root }, this.#member.terms)
      this.#trees.set(root, tree)
    }
    return tree
  }
}
