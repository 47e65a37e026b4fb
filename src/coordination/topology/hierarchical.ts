// The hierarchical topology of OllamaMax (spec: system 1): a queen takes tasks, decomposes them into parts and delegates these down a
// tree; leaves compute, and results are gathered on the way up. When the queen dies another is elected (or, as today, not), asks
// all for what they have computed and have in line, and goes on from there when a task is submitted again.
// The tree follows from who is queen, so that nobody has to be told of it; around dead inner agents and leaves it is repaired
// where they are missed (delegation.ts).

import {
  type Address,
  all,
  allSettled,
  Deferred,
  type Message,
  type Request,
  race,
  type Task,
} from '../../env/index.ts'
import { type Delegate, Delegation } from './delegation.ts'
import { QueenElection } from './queen-election.ts'
import { TaskBook } from './task-book.ts'
import {
  Elsewhere,
  type Part,
  type PartResult,
  partKey,
  partsOf,
  type SwarmMember,
  type SwarmResult,
  type SwarmTask,
  type Topology,
  type TopologyState,
} from './topology.ts'
import { type Tree, treeOf } from './tree.ts'

/** A new queen asks what an agent knows of tasks under way. */
interface Known extends Message {
  readonly kind: 'swarm.knowledge'
  readonly results: readonly PartResult[]
  readonly running: readonly Part[]
}

export class Hierarchical implements Topology {
  readonly #member: SwarmMember
  readonly #election: QueenElection
  readonly #delegation: Delegation
  readonly #book: TaskBook
  readonly #trees = new Map<string, Tree>()
  /** Who has parts in line, as a new queen was told. */
  readonly #holders = new Map<string, Address>()
  #takenOver = new Deferred<void>()

  constructor(member: SwarmMember, from?: TopologyState) {
    this.#member = member
    this.#book = new TaskBook(member.env, from?.results)
    this.#delegation = new Delegation(member, {
      name: member.env.self.name,
      dead: (agent) => member.detector.suspects(agent),
      agentOf: (agent) => agent,
      works: false,
      load: () => 0,
      together: 1,
      compute: (parts) => all(parts.map((part) => member.execute(part))),
    })
    this.#takenOver.resolve()
    this.#election = new QueenElection(member, from, () => {
      this.#takenOver = new Deferred()
      member.env.spawn(this.#takeOver(), 'take-over')
    })
  }

  *submit(task: SwarmTask): Task<SwarmResult> {
    if (!this.#election.reigns) throw new Elsewhere(this.#election.queen)
    // A task that nobody has had before waits for nothing.
    if (task.attempt > 1) yield* this.#takenOver.wait()
    return yield* this.#book.take(task, (task, known) => this.#do(task, known))
  }

  receive(from: Address, message: Message): boolean {
    return this.#election.receive(from, message)
  }

  handle(_from: Address, request: Request<unknown>): Task<unknown> | undefined {
    if (request.kind === 'swarm.delegate') {
      const delegate = request as Delegate
      return this.#delegation.answer(this.#treeOf(delegate.root), delegate)
    }
    return request.kind === 'swarm.know' ? this.#tell() : undefined
  }

  stop(): TopologyState {
    this.#election.stop()
    const { term, queen } = this.#election
    return { term, ...(queen ? { queen: queen.name } : {}), ...this.#book.stop() }
  }

  *#do(task: SwarmTask, known: readonly PartResult[]): Task<readonly PartResult[]> {
    const have = new Set(known.map(({ index }) => index))
    const left = partsOf(task).filter(({ index }) => !have.has(index))
    const held = left.filter((part) => this.#holders.has(partKey(part)))
    const free = left.filter((part) => !this.#holders.has(partKey(part)))
    const over = have.size + held.length
    if (over > 0) this.#member.env.observe({ kind: 'count', metric: 'swarm.transferred', by: over })
    const tree = this.#treeOf(this.#member.env.self.name)
    const shares: Task<PartResult[]>[] = held.map((part) => this.#adopt(tree, part))
    if (free.length > 0) shares.push(this.#delegation.run(tree, free))
    return (yield* all(shares)).flat()
  }

  /** Has a part that is in line somewhere from there. */
  *#adopt(tree: Tree, part: Part): Task<PartResult[]> {
    const holder = this.#holders.get(partKey(part))!
    const { env } = this.#member
    if (holder.name === env.self.name) return [yield* this.#member.execute(part)]
    return yield* this.#delegation.ask(tree, holder, [part], true)
  }

  /** The state of tasks under way, from all who can be reached. */
  *#takeOver(): Task<void> {
    const { env, members, detector, terms } = this.#member
    const others = members.filter(({ name }) => name !== env.self.name)
    const outcomes = yield* allSettled(
      others.map((other) => {
        const call = env.call<Known>(other, { kind: 'swarm.know' }, terms.suspicion)
        return race<Known>([call, detector.death(other)])
      }),
    )
    env.observe({ kind: 'count', metric: 'swarm.upkeep', by: others.length })
    for (const [i, outcome] of outcomes.entries())
      if (outcome.ok) this.#learn(others[i]!, outcome.value)
      else detector.suspect(others[i]!)
    this.#learn(env.self, this.#member.known())
    this.#takenOver.resolve()
  }

  #learn(from: Address, { results, running }: Pick<Known, 'results' | 'running'>): void {
    for (const result of results) this.#book.learn(result)
    for (const part of running) this.#holders.set(partKey(part), from)
  }

  // biome-ignore lint/correctness/useYield: it knows at once
  *#tell(): Task<Known> {
    this.#member.env.observe({ kind: 'count', metric: 'swarm.upkeep' })
    return { kind: 'swarm.knowledge', ...this.#member.known() }
  }

  #treeOf(root: string): Tree {
    let tree = this.#trees.get(root)
    if (!tree) {
      const { members, terms, env } = this.#member
      tree = treeOf(members, members.find(({ name }) => name === root) ?? env.self, terms)
      this.#trees.set(root, tree)
    }
    return tree
  }
}
