// Bandwidth shared as a fluid: a message above a size is a flow, which has its max-min fair share of every edge on its way
// at every instant, as many TCP streams have on average. Smaller messages find room between and take as long as they would alone.
// Left out: how long streams take to find their shares; what small messages take from the flows.

import type { EventTarget, Simulation } from '../../kernel/simulation.ts'
import type { Nanos } from '../../units.ts'
import { type Cargo, Edge, type Packets, packetsOf, type Way } from './edge.ts'
import { Heap } from './heap.ts'
import type { Link } from './link.ts'
import { Bundle, MaxMin, SharedEdge, UNLIMITED } from './max-min.ts'

/** All flows of a network. */
export class Fluid {
  readonly #rates = new MaxMin()
  readonly #edges = new Map<Edge, SharedEdge>()

  constructor(
    readonly simulation: Simulation,
    readonly packets: Packets,
    /** Messages above this size are flows. */
    readonly above: number,
  ) {}

  /** The way along these edges and one of its own, for the messages of one pair of hosts. */
  way(id: number, edges: readonly Edge[], pace: Pace): FluidWay {
    return new FluidWay(
      id,
      this,
      edges.map((edge) => this.#shared(edge)),
      pace,
    )
  }

  join(way: FluidWay): void {
    this.#settle(this.#rates.join(way.bundle), way)
  }

  leave(way: FluidWay): void {
    this.#settle(this.#rates.leave(way.bundle), way)
  }

  limited(way: FluidWay, cap: number): void {
    this.#settle(this.#rates.limited(way.bundle, cap), way)
  }

  #shared(edge: Edge): SharedEdge {
    let shared = this.#edges.get(edge)
    if (!shared) {
      shared = new SharedEdge(edge, edge.capacity(this.packets.segment + this.packets.encapsulation))
      this.#edges.set(edge, shared)
    }
    return shared
  }

  #settle(changed: readonly Bundle[], way: FluidWay): void {
    const { now } = this.simulation
    for (const { owner } of changed as readonly FluidBundle[]) if (owner !== way) owner.go(now)
    way.go(now)
    const recorded = new Set<SharedEdge>()
    for (const { path } of [way.bundle, ...changed])
      for (const edge of path) if (edge.edge.level !== undefined) recorded.add(edge)
    for (const edge of recorded) edge.edge.level!.set(now, inUse(edge))
  }
}

/** Share of the edge that its flows have. */
function inUse({ bundles, capacity }: SharedEdge): number {
  let rate = 0
  for (const bundle of bundles) rate += bundle.rate * bundle.flows
  return Math.min(1, rate / capacity)
}

/** Most bytes per second of one flow over a link as it is now; 0: it stands still. */
export type Pace = (link: Link) => number

class FluidBundle extends Bundle {
  constructor(
    readonly owner: FluidWay,
    path: readonly SharedEdge[],
  ) {
    super(path, UNLIMITED)
  }
}

class FluidWay implements Way, EventTarget {
  readonly bundle: FluidBundle
  readonly narrowest: number
  readonly #own = new SharedEdge(new Edge(UNLIMITED), UNLIMITED)
  /** By the bytes that each of the bundle's flows will have sent when this one is done. */
  readonly #flows = new Heap<Cargo>()
  /** Bytes that each flow has sent since there last was none. */
  #sent = 0
  #rate = 0
  #at: Nanos = 0
  #handle = -1
  #due: Nanos = -1

  constructor(
    readonly id: number,
    readonly fluid: Fluid,
    shared: readonly SharedEdge[],
    readonly pace: Pace,
  ) {
    this.bundle = new FluidBundle(this, [this.#own, ...shared])
    this.narrowest = shared.reduce(
      (least, { capacity }) => Math.min(least, capacity),
      Number.POSITIVE_INFINITY,
    )
  }

  flows(bytes: number): boolean {
    return bytes > this.fluid.above && this.bundle.limit < UNLIMITED
  }

  carry(cargo: Cargo): void {
    const { simulation } = this.fluid
    const bytes = this.#wrapped(cargo.bytes)
    if (this.flows(cargo.bytes)) {
      this.#advance(simulation.now)
      if (this.#flows.length === 0) this.#sent = 0
      this.#flows.push(cargo, this.#sent + bytes)
      this.fluid.join(this)
      return
    }
    const narrowest = Math.min(this.narrowest, this.#own.capacity)
    cargo.left(simulation.now + Math.ceil((bytes * 1e9) / narrowest))
  }

  retune(link: Link): void {
    this.#own.capacity = Math.min(link.bandwidth, UNLIMITED)
    this.fluid.limited(this, this.pace(link))
  }

  /** Goes on at the rate that the bundle has now. */
  go(now: Nanos): void {
    this.#advance(now)
    this.#rate = this.bundle.flows > 0 ? this.bundle.rate : 0
    const left = Math.max(0, this.#flows.key - this.#sent)
    const ends = this.#flows.length > 0 && this.#rate > 0 ? now + Math.ceil((left * 1e9) / this.#rate) : -1
    const due = ends <= Number.MAX_SAFE_INTEGER ? ends : -1
    if (due === this.#due) return
    const { simulation } = this.fluid
    if (this.#handle >= 0) simulation.cancel(this.#handle)
    this.#due = due
    this.#handle = due >= 0 ? simulation.schedule(due, this, 0) : -1
  }

  /** The first flow is done. */
  fire(): void {
    const { now } = this.fluid.simulation
    this.#handle = -1
    this.#due = -1
    this.#advance(now)
    const cargo = this.#flows.pop()!
    this.fluid.leave(this)
    cargo.left(now)
  }

  #advance(now: Nanos): void {
    this.#sent += ((now - this.#at) * this.#rate) / 1e9
    this.#at = now
  }

  #wrapped(bytes: number): number {
    const { packets } = this.fluid
    return bytes + packetsOf(packets, bytes) * packets.encapsulation
  }
}
