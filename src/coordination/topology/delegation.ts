// Parts on their way down a tree and their results on the way up. An agent shares what it is given among those below it, by how
// much each has under way for its leaves; leaves compute. The parts of one that dies meanwhile are given to the others, its own
// children among them. Each part is with one child at a time, so that none is lost and none counted twice.

import { type Address, all, type Message, Outcome, type Request, race, type Task } from '../../env/index.ts'
import { type Part, type PartResult, type SwarmMember, withoutDoubles } from './topology.ts'
import { leavesBelow, livingBelow, type Tree } from './tree.ts'

/** To compute these parts in the tree of this root, or have them computed. */
export interface Delegate extends Request<Gathered> {
  readonly kind: 'swarm.delegate'
  readonly root: string
  readonly parts: readonly Part[]
  /** To be computed here, whoever stands below. */
  readonly here?: boolean
}

interface Gathered extends Message {
  readonly kind: 'swarm.gathered'
  readonly results: readonly PartResult[]
}

interface Share {
  readonly child: Address
  readonly parts: Part[]
}

/** What is done with parts that nobody below can be given. */
type Compute = (parts: readonly Part[]) => Task<readonly PartResult[]>

export class Delegation {
  readonly #member: SwarmMember
  readonly #compute: Compute
  /** Parts under way by child. */
  readonly #underWay = new Map<string, number>()
  /** The child after the one chosen last, so that ties are shared out. */
  #turn = 0

  constructor(member: SwarmMember, compute: Compute) {
    this.#member = member
    this.#compute = compute
  }

  /** Has the parts computed in this agent's part of the tree. */
  *run(tree: Tree, parts: readonly Part[]): Task<PartResult[]> {
    const children = this.#living(tree)
    if (children.length === 0) return [...(yield* this.#compute(parts))]
    yield* this.#member.decide()
    return yield* this.#share(tree, parts)
  }

  /** Answers one from above. */
  *answer(tree: Tree, { parts, here }: Delegate): Task<Gathered> {
    const results = here ? yield* this.#compute(parts) : yield* this.run(tree, parts)
    this.#count()
    return { kind: 'swarm.gathered', results }
  }

  /** Has parts computed by one agent, alone or with those below it; of those that it is not known to have done, others see to. */
  *ask(tree: Tree, child: Address, parts: readonly Part[], here = false): Task<PartResult[]> {
    const { env, detector, terms } = this.#member
    this.#load(child, parts.length)
    try {
      const request: Delegate = {
        kind: 'swarm.delegate',
        root: tree.root.name,
        parts,
        ...(here ? { here } : {}),
      }
      this.#count()
      const call = env.call(child, request, terms.attempt)
      const { results } = yield* race<Gathered>([call, detector.death(child)])
      return withoutDoubles(results)
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      // One that is up and refuses is asked no more either, until it is heard of.
      detector.suspect(child)
    } finally {
      this.#load(child, -parts.length)
    }
    env.observe({ kind: 'count', metric: 'swarm.reassigned', by: parts.length })
    return yield* this.#share(tree, parts)
  }

  *#share(tree: Tree, parts: readonly Part[]): Task<PartResult[]> {
    const children = this.#living(tree)
    if (children.length === 0) return [...(yield* this.#compute(parts))]
    const shares = this.#split(tree, children, parts)
    const gathered = yield* all(shares.map(({ child, parts }) => this.ask(tree, child, parts)))
    return gathered.flat()
  }

  #living(tree: Tree): readonly Address[] {
    const { env, detector } = this.#member
    return livingBelow(tree, env.self.name, (address) => detector.suspects(address))
  }

  /** Each part goes to whoever has least under way for its leaves. */
  #split(tree: Tree, children: readonly Address[], parts: readonly Part[]): Share[] {
    const candidates = children.map((child) => ({
      child,
      leaves: leavesBelow(tree, child.name),
      load: this.#underWay.get(child.name) ?? 0,
      parts: [] as Part[],
    }))
    for (const part of parts) {
      const first = this.#turn % candidates.length
      let chosen = first
      for (let i = 1; i < candidates.length; i++) {
        const next = (first + i) % candidates.length
        const a = candidates[next]!
        const b = candidates[chosen]!
        if ((a.load + 1) * b.leaves < (b.load + 1) * a.leaves) chosen = next
      }
      candidates[chosen]!.parts.push(part)
      candidates[chosen]!.load++
      this.#turn = chosen + 1
    }
    return candidates.filter(({ parts }) => parts.length > 0)
  }

  #load(child: Address, by: number): void {
    this.#underWay.set(child.name, (this.#underWay.get(child.name) ?? 0) + by)
  }

  #count(): void {
    this.#member.env.observe({ kind: 'count', metric: 'swarm.messages' })
  }
}
