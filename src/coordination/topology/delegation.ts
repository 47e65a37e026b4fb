// Parts on their way down a tree and their results on the way up. An agent shares what it is given among those below it, by how
// much each has under way for its leaves; leaves compute. The parts of one that dies meanwhile are given to the others, its own
// children among them. Each part is with one child at a time, so that none is lost and none counted twice.

import { type Address, all, type Message, Outcome, type Request, race, type Task } from '../../env/index.ts'
import { type Part, type PartResult, type SwarmMember, withoutDoubles } from './topology.ts'
import { leavesBelow, livingBelow, sizeOf, type Tree } from './tree.ts'

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

interface Candidate extends Share {
  /** Places that compute, there and below. */
  readonly size: number
  load: number
}

interface Share {
  /** Undefined: this place itself. */
  readonly child: Address | undefined
  readonly parts: Part[]
}

/** Where this agent stands in trees, and what stands for the places below it. */
export interface Place {
  /** The place of this agent. */
  readonly name: string
  dead(place: Address): boolean
  /** Who speaks for a place at present. */
  agentOf(place: Address): Address
  /** Whether those with others below them compute as well, and what is in line at this one. */
  readonly works: boolean
  load(): number
  /** So many parts stay together, where they go elsewhere. */
  readonly together: number
  /** Computes parts at this place. */
  compute(parts: readonly Part[]): Task<readonly PartResult[]>
}

export class Delegation {
  readonly #member: SwarmMember
  readonly #place: Place
  /** Parts under way by child. */
  readonly #underWay = new Map<string, number>()
  /** The child after the one chosen last, so that ties are shared out. */
  #turn = 0

  constructor(member: SwarmMember, place: Place) {
    this.#member = member
    this.#place = place
  }

  /** Has the parts computed in this agent's part of the tree. */
  *run(tree: Tree, parts: readonly Part[]): Task<PartResult[]> {
    const children = this.#living(tree)
    if (children.length === 0) return [...(yield* this.#place.compute(parts))]
    yield* this.#member.decide()
    return yield* this.#share(tree, parts)
  }

  /** Answers one from above. */
  *answer(tree: Tree, { parts, here }: Delegate): Task<Gathered> {
    const results = here
      ? yield* all(parts.map((part) => this.#member.execute(part)))
      : yield* this.run(tree, parts)
    this.#count()
    return { kind: 'swarm.gathered', results }
  }

  /** Has parts computed by one agent, alone or with those below it; of those that it is not known to have done, others see to. */
  *ask(tree: Tree, child: Address, parts: readonly Part[], here = false): Task<PartResult[]> {
    const { env, detector, terms } = this.#member
    const agent = here ? child : this.#place.agentOf(child)
    this.#load(child, parts.length)
    try {
      const request: Delegate = {
        kind: 'swarm.delegate',
        root: tree.root.name,
        parts,
        ...(here ? { here } : {}),
      }
      this.#count()
      const call = env.call(agent, request, terms.attempt)
      const { results } = yield* race<Gathered>([call, detector.death(agent)])
      return withoutDoubles(results)
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      // One that is up and refuses is asked no more either, until it is heard of.
      detector.suspect(agent)
    } finally {
      this.#load(child, -parts.length)
    }
    // Another may speak for the place, and know what has become of them.
    if (!here && !this.#place.dead(child)) return yield* this.ask(tree, child, parts)
    env.observe({ kind: 'count', metric: 'swarm.reassigned', by: parts.length })
    return yield* this.#share(tree, parts)
  }

  *#share(tree: Tree, parts: readonly Part[]): Task<PartResult[]> {
    const children = this.#living(tree)
    if (children.length === 0) return [...(yield* this.#place.compute(parts))]
    const shares = this.#split(tree, children, parts)
    const gathered = yield* all(
      shares.map(({ child, parts }) => (child ? this.ask(tree, child, parts) : this.#own(parts))),
    )
    return gathered.flat()
  }

  *#own(parts: readonly Part[]): Task<PartResult[]> {
    return [...(yield* this.#place.compute(parts))]
  }

  #living(tree: Tree): readonly Address[] {
    return livingBelow(tree, this.#place.name, (place) => this.#place.dead(place))
  }

  /** Parts go to whoever has least under way for those below it. */
  #split(tree: Tree, children: readonly Address[], parts: readonly Part[]): Share[] {
    const { works, together } = this.#place
    const candidates: Candidate[] = children.map((child) => ({
      child,
      size: works ? sizeOf(tree, child.name) : leavesBelow(tree, child.name),
      load: this.#underWay.get(child.name) ?? 0,
      parts: [],
    }))
    if (works) candidates.unshift({ child: undefined, size: 1, load: this.#place.load(), parts: [] })
    for (let i = 0; i < parts.length; i += together) {
      const some = parts.slice(i, i + together)
      const chosen = this.#lightest(candidates)
      chosen.parts.push(...some)
      chosen.load += some.length
    }
    return candidates.filter(({ parts }) => parts.length > 0)
  }

  #lightest(candidates: readonly Candidate[]): Candidate {
    // This place itself comes first where it is as good as any; the others in turn.
    const first = this.#place.works ? 0 : this.#turn % candidates.length
    let chosen = first
    for (let i = 0; i < candidates.length; i++) {
      const next = (this.#turn + i) % candidates.length
      const a = candidates[next]!
      const b = candidates[chosen]!
      if ((a.load + 1) * b.size < (b.load + 1) * a.size) chosen = next
    }
    this.#turn = chosen + 1
    return candidates[chosen]!
  }

  #load(child: Address, by: number): void {
    this.#underWay.set(child.name, (this.#underWay.get(child.name) ?? 0) + by)
  }

  #count(): void {
    this.#member.env.observe({ kind: 'count', metric: 'swarm.messages' })
  }
}
