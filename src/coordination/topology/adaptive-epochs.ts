// The topologies of one agent by epoch: the one that runs, and the one before it while it drains. A switch makes before it breaks: from
// then on tasks are submitted to the new topology, those under way may end in the old one for a while, and what has not ended
// by then is begun anew in the new one, with whatever parts were computed (the agent remembers them). Messages go to the topology
// of their epoch; those of a later one than is known begin it here; those of one that is over are dropped or refused, and
// their senders told, so that they do no harm.

import {
  type Address,
  type Env,
  type Message,
  RefusedError,
  type Request,
  type Task,
  type Timer,
} from '../../env/index.ts'
import { EpochMember } from './adaptive-member.ts'
import { type Begun, type Epoch, type Tagged, tagged } from './adaptive-messages.ts'
import type { TopologyName } from './adaptive-parameters.ts'
import { Places } from './adaptive-places.ts'
import type { Part, SwarmMember, SwarmResult, SwarmTask, Topology, TopologyState } from './topology.ts'

/** Makes a topology at an agent. */
export type CreateTopology = (name: TopologyName, member: SwarmMember, from?: TopologyState) => Topology

interface Life extends Epoch {
  readonly inner: Topology
}

export interface EpochTerms {
  readonly first: TopologyName
  /** How long the one before goes on. */
  readonly drain: number
  /** A later epoch has begun here. */
  readonly begun: () => void
  /** A part has been computed here. */
  readonly computed: (part: Part) => void
}

/** Where on its disk an agent keeps the epoch. */
const PLACE = 'epoch'

export class Epochs {
  readonly #member: SwarmMember
  readonly #env: Env
  readonly #create: CreateTopology
  readonly #terms: EpochTerms
  readonly #places: Places
  #current: Life
  #draining: Life | undefined
  #drained: Timer | undefined
  #stopped = false

  constructor(member: SwarmMember, create: CreateTopology, terms: EpochTerms, from?: TopologyState) {
    this.#member = member
    this.#env = member.env
    this.#create = create
    this.#terms = terms
    this.#places = new Places(this.#env)
    const saved = this.#places.read(PLACE) as Epoch | undefined
    this.#current = saved
      ? this.#life(saved, this.#stateFor(saved, !member.terms.election))
      : this.#life({ epoch: 0, topology: terms.first }, from)
  }

  get current(): Epoch {
    const { epoch, topology } = this.#current
    return { epoch, topology }
  }

  /** Begins a later epoch; nothing if it is not later than the one at hand. */
  adopt(next: Epoch): void {
    if (next.epoch <= this.#current.epoch || this.#stopped) return
    const { epoch, topology } = next
    this.#endDraining()
    const before = this.#current
    // Two of one kind would vote twice in an election.
    const atOnce = this.#terms.drain === 0 || before.topology === topology
    const results = atOnce ? before.inner.stop().results : []
    if (!atOnce) {
      this.#draining = before
      this.#drained = this.#env.after(this.#terms.drain, () => this.#endDraining())
    }
    this.#current = this.#life({ epoch, topology }, { ...this.#stateFor(next, true), results })
    this.#env.spawn(this.#places.write(PLACE, this.current), 'save')
    this.#env.observe({ kind: 'fact', fact: 'decided', ...inFacts(next, this.#member.members) })
    this.#terms.begun()
  }

  /** Has a task done in the present epoch, or, where that ends meanwhile, in the next. */
  *submit(task: SwarmTask): Task<SwarmResult> {
    for (;;) {
      const life = this.#current
      try {
        return yield* life.inner.submit(task)
      } catch (error) {
        if (!(error instanceof RefusedError) || life === this.#current) throw error
        this.#env.observe({ kind: 'count', metric: 'adaptive.migrated' })
      }
    }
  }

  receive(from: Address, message: Message): boolean {
    const life = this.#lifeOf(from, message)
    return life ? life.inner.receive(from, message) : isTagged(message)
  }

  handle(from: Address, request: Request<unknown>): Task<unknown> | undefined {
    const life = this.#lifeOf(from, request)
    if (life) return life.inner.handle(from, request)
    if (isTagged(request)) throw new RefusedError(503, `epoch ${request.epoch} is over`)
    return undefined
  }

  stop(): TopologyState {
    this.#stopped = true
    this.#endDraining()
    return this.#current.inner.stop()
  }

  /** Tells an agent, of which epoch it is time. */
  tell(to: Address): void {
    const begun: Begun = tagged({ kind: 'adaptive.begun' as const }, this.#current)
    this.#env.observe({ kind: 'count', metric: 'adaptive.messages' })
    this.#env.send(to, begun)
  }

  #lifeOf(from: Address, message: Message): Life | undefined {
    if (!isTagged(message)) return undefined
    this.adopt(message)
    if (message.epoch === this.#current.epoch) return this.#current
    if (message.epoch === this.#draining?.epoch) return this.#draining
    this.#env.observe({ kind: 'count', metric: 'adaptive.stale' })
    this.tell(from)
    return undefined
  }

  #life(epoch: Epoch, from: TopologyState | undefined): Life {
    const member = new EpochMember(this.#member, epoch, this.#places, this.#terms.computed)
    return { ...epoch, inner: this.#create(epoch.topology, member, from) }
  }

  /** Whoever decided the switch is the queen, where one is needed, in a term of this epoch's own: so nobody has to be elected. */
  #stateFor({ epoch }: Epoch, knowsQueen: boolean): TopologyState {
    const { members } = this.#member
    const queen = members[epoch % members.length]!.name
    return { term: epoch, ...(knowsQueen ? { queen } : {}), tasks: [], results: [] }
  }

  #endDraining(): void {
    this.#drained?.cancel()
    this.#drained = undefined
    const over = this.#draining
    this.#draining = undefined
    over?.inner.stop()
  }
}

/** An epoch as the checkers of consensus see it: no two agents may hold it for different topologies. */
export const inFacts = ({ epoch, topology }: Epoch, members: readonly Address[]) => ({
  group: `${members[0]!.name}/topology`,
  instance: epoch,
  value: topology,
})

const isTagged = (message: Message): message is Tagged => 'epoch' in message && 'topology' in message
