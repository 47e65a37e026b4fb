// Max-min fair rates by progressive filling (Bertsekas and Gallager, Data Networks, 1992, 6.5.2): all rates rise together
// until an edge is full; who crosses it keeps the rate reached, and the others go on.
//
// Flows on the same path under the same cap are alike, and stand together in a bundle. When a flow comes or goes, a part
// of the rates stays what it was: below the level at which an edge of its path can be full, filling goes as before.
// So only bundles at or above that level that are joined to the path by edges which can be full are filled anew.

import type { Edge } from './edge.ts'
import { Heap } from './heap.ts'

/** An edge as those see it who share it. */
export class SharedEdge {
  readonly bundles: Bundle[] = []
  flows = 0
  /** Bytes per second, if its flows had all their limits allow. */
  demand = 0
  /** As rates are being filled: what is left, and the flows that have no rate yet. */
  free = 0
  open = 0
  mark = 0

  constructor(
    readonly edge: Edge,
    /** Bytes per second. */
    public capacity: number,
  ) {}

  /** Whether it can be full at all. */
  get scarce(): boolean {
    return this.demand > this.capacity
  }
}

const isScarce = ({ scarce }: SharedEdge): boolean => scarce

/** Flows that are alike. */
export class Bundle {
  /** How many. */
  flows = 0
  /** Bytes per second of each. */
  rate = 0
  mark = 0
  /** Most bytes per second of each: its own, or the narrowest edge's. */
  limit: number

  constructor(
    readonly path: readonly SharedEdge[],
    cap: number,
  ) {
    this.limit = limitOf(path, cap)
  }
}

/** Where nothing limits a flow; finite, so that demands can be added up. */
export const UNLIMITED = 1e18

const limitOf = (path: readonly SharedEdge[], cap: number): number => {
  let limit = Math.min(cap, UNLIMITED)
  for (const { capacity } of path) limit = Math.min(limit, capacity)
  return limit
}

/** Rates that are equal up to rounding are equal. */
const NEARLY = 1 - 1e-9

export class MaxMin {
  #mark = 0

  /** One flow more in the bundle; gives the bundles that have a new rate. */
  join(bundle: Bundle): readonly Bundle[] {
    const { path, limit } = bundle
    let floor = limit
    if (bundle.flows++ === 0) for (const edge of path) edge.bundles.push(bundle)
    for (const edge of path) {
      edge.demand += limit
      floor = Math.min(floor, edge.capacity / ++edge.flows)
    }
    return this.#fill(bundle, path.filter(isScarce), floor)
  }

  /** One flow fewer. */
  leave(bundle: Bundle): readonly Bundle[] {
    const { path, limit, rate } = bundle
    // What was full with it need not be scarce without it.
    const edges = path.filter(isScarce)
    for (const edge of path) {
      edge.demand -= limit
      edge.flows--
    }
    if (--bundle.flows === 0) {
      bundle.rate = 0
      for (const edge of path) {
        edge.bundles.splice(edge.bundles.indexOf(bundle), 1)
        // Nobody is left whose limits could have been rounded.
        if (edge.bundles.length === 0) edge.demand = 0
      }
    }
    return this.#fill(bundle, edges, rate)
  }

  /** The cap of the bundle's flows is another, or the capacity of an edge that no other bundle crosses. */
  limited(bundle: Bundle, cap: number): readonly Bundle[] {
    const limit = limitOf(bundle.path, cap)
    const before = bundle.path.filter(isScarce)
    let floor = Math.min(limit, bundle.rate)
    for (const edge of bundle.path) {
      edge.demand += (limit - bundle.limit) * bundle.flows
      if (edge.flows > 0) floor = Math.min(floor, edge.capacity / edge.flows)
    }
    bundle.limit = limit
    if (bundle.flows === 0) return []
    return this.#fill(bundle, [...before, ...bundle.path.filter(isScarce)], floor)
  }

  /** Fills those anew whom a change of this bundle can reach over these of its edges; rates below the floor stay. */
  #fill(changed: Bundle, over: readonly SharedEdge[], floor: number): readonly Bundle[] {
    const { bundles, edges } = this.#reached(changed, over, floor * NEARLY)
    const before = bundles.map(({ rate }) => rate)
    for (const edge of edges) prepare(edge, this.#mark)
    const scarce = new Levels(edges)
    for (const [limit, limited] of byLimit(bundles)) {
      for (let edge = scarce.lowest(limit); edge; edge = scarce.lowest(limit)) {
        const level = levelOf(edge)
        for (const bundle of edge.bundles) if (bundle.mark === this.#mark) settle(bundle, level)
      }
      for (const bundle of limited) if (bundle.mark === this.#mark) settle(bundle, limit)
    }
    return bundles.filter(({ rate }, i) => rate !== before[i])
  }

  /** The bundles whose rate may change, and the edges that may decide it. */
  #reached(
    changed: Bundle,
    over: readonly SharedEdge[],
    floor: number,
  ): { bundles: Bundle[]; edges: SharedEdge[] } {
    const mark = ++this.#mark
    const bundles: Bundle[] = []
    const edges: SharedEdge[] = []
    const reach = (edge: SharedEdge): void => {
      if (edge.mark === mark) return
      edge.mark = mark
      edges.push(edge)
    }
    for (const edge of over) reach(edge)
    if (changed.flows > 0) {
      changed.mark = mark
      bundles.push(changed)
    }
    // A list that grows is walked to its end.
    for (const edge of edges)
      for (const bundle of edge.bundles) {
        if (bundle.mark === mark || bundle.rate < floor) continue
        bundle.mark = mark
        bundles.push(bundle)
        for (const edge of bundle.path) if (edge.scarce) reach(edge)
      }
    return { bundles, edges }
  }
}

/** From the lowest limit up. */
function byLimit(bundles: readonly Bundle[]): readonly (readonly [number, readonly Bundle[]])[] {
  const found = new Map<number, Bundle[]>()
  for (const bundle of bundles) {
    const alike = found.get(bundle.limit)
    if (alike) alike.push(bundle)
    else found.set(bundle.limit, [bundle])
  }
  return [...found].sort(([a], [b]) => a - b)
}

/** What is left for those to be filled, and how many they are. */
function prepare(edge: SharedEdge, mark: number): void {
  edge.free = edge.capacity
  edge.open = 0
  for (const bundle of edge.bundles)
    if (bundle.mark === mark) edge.open += bundle.flows
    else edge.free -= bundle.rate * bundle.flows
}

const levelOf = ({ free, open }: SharedEdge): number =>
  open === 0 ? Number.POSITIVE_INFINITY : Math.max(0, free) / open

/** The bundle has its rate. */
function settle(bundle: Bundle, rate: number): void {
  bundle.rate = rate
  bundle.mark = 0
  for (const edge of bundle.path) {
    edge.free -= rate * bundle.flows
    edge.open -= bundle.flows
  }
}

/** Edges by the level at which they are full, which only rises: a heap whose keys may be out of date. */
class Levels {
  readonly #heap = new Heap<SharedEdge>()

  constructor(edges: readonly SharedEdge[]) {
    for (const edge of edges) this.#heap.push(edge, levelOf(edge))
  }

  /** The edge that is full first, if that is below the limit. */
  lowest(limit: number): SharedEdge | undefined {
    const heap = this.#heap
    while (heap.key < limit) {
      const key = heap.key
      const edge = heap.first!
      const level = levelOf(edge)
      if (level <= key) return edge
      heap.pop()
      heap.push(edge, level)
    }
    return undefined
  }
}
