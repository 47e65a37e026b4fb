import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Edge } from '../../../src/world/network/edge.ts'
import { Bundle, MaxMin, SharedEdge } from '../../../src/world/network/max-min.ts'

const edgeOf = (capacity: number): SharedEdge => new SharedEdge(new Edge(capacity), capacity)

/** Progressive filling of all flows at once, one by one, by the textbook. */
function filled(flows: readonly { path: readonly SharedEdge[]; cap: number }[]): number[] {
  const rates = flows.map(() => -1)
  while (rates.includes(-1)) {
    let level = Number.POSITIVE_INFINITY
    const levels = new Map<SharedEdge, number>()
    for (const edge of new Set(flows.flatMap(({ path }) => path))) {
      const here = flows.flatMap((flow, i) => (flow.path.includes(edge) ? [i] : []))
      const open = here.filter((i) => rates[i] === -1)
      if (open.length === 0) continue
      const used = here.reduce((sum, i) => sum + Math.max(0, rates[i]!), 0)
      levels.set(edge, (edge.capacity - used) / open.length)
      level = Math.min(level, levels.get(edge)!)
    }
    for (const [i, { cap }] of flows.entries()) if (rates[i] === -1) level = Math.min(level, cap)
    for (const [i, { path, cap }] of flows.entries())
      if (rates[i] === -1 && (cap <= level || path.some((edge) => levels.get(edge)! <= level * (1 + 1e-12))))
        rates[i] = level
  }
  return rates
}

test('the parking lot: the long flow gets as much as each short one, and no edge is left idle', () => {
  // Bertsekas and Gallager, Data Networks, 6.5: n edges of capacity 1 in a row, one flow along all, one on each.
  for (const n of [1, 2, 3, 8]) {
    const edges = Array.from({ length: n }, () => edgeOf(1))
    const long = new Bundle(edges, 10)
    const short = edges.map((edge) => new Bundle([edge], 10))
    const rates = new MaxMin()
    for (const bundle of [long, ...short]) rates.join(bundle)
    expect(long.rate).toBe(1 / 2)
    for (const { rate } of short) expect(rate).toBe(1 / 2)
  }
})

test('a narrow edge leaves to others what its flows cannot take', () => {
  // Bertsekas and Gallager, figure 6.18's kind: capacities 1, 1, 3; three flows on the first edge, one of them goes on.
  const [a, b, c] = [edgeOf(1), edgeOf(1), edgeOf(3)]
  const along = new Bundle([a!, b!, c!], 10)
  const onFirst = new Bundle([a!], 10)
  const onSecond = new Bundle([b!], 10)
  const onThird = new Bundle([c!], 10)
  const rates = new MaxMin()
  rates.join(along)
  rates.join(onFirst)
  rates.join(onFirst)
  rates.join(onSecond)
  rates.join(onThird)
  expect(along.rate).toBeCloseTo(1 / 3, 12)
  expect(onFirst.rate).toBeCloseTo(1 / 3, 12)
  expect(onSecond.rate).toBeCloseTo(2 / 3, 12)
  expect(onThird.rate).toBeCloseTo(8 / 3, 12)
  rates.leave(onFirst)
  rates.leave(onFirst)
  // Now the second edge is as narrow as the first one was.
  expect([along.rate, onSecond.rate, onThird.rate]).toEqual([0.5, 0.5, 2.5])
})

test('whatever comes, goes or is capped, rates are those of filling all anew', () => {
  const capacity = fc.constantFrom(1, 2, 3, 5, 10)
  const act = fc.record({
    kind: fc.constantFrom('join', 'join', 'leave', 'cap'),
    bundle: fc.nat(9),
    cap: fc.constantFrom(0, 0.1, 0.5, 1, 2, 100),
  })
  fc.assert(
    fc.property(
      fc.array(capacity, { minLength: 1, maxLength: 6 }),
      fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), { minLength: 10, maxLength: 10 }),
      fc.array(act, { maxLength: 60 }),
      (capacities, paths, acts) => {
        const edges = capacities.map(edgeOf)
        const caps = paths.map(() => 100)
        const bundles = paths.map(
          (path) => new Bundle([...new Set(path.map((i) => edges[i % edges.length]!))], 100),
        )
        const rates = new MaxMin()
        for (const { kind, bundle: i, cap } of acts) {
          const bundle = bundles[i]!
          const before = bundles.map(({ rate }) => rate)
          let changed: readonly Bundle[] = []
          if (kind === 'join') changed = rates.join(bundle)
          else if (kind === 'leave' && bundle.flows > 0) changed = rates.leave(bundle)
          else if (kind === 'cap') {
            caps[i] = cap
            changed = rates.limited(bundle, cap)
          }
          const active = bundles.flatMap((each, j) =>
            Array.from({ length: each.flows }, () => ({ bundle: each, path: each.path, cap: caps[j]! })),
          )
          const expected = filled(active)
          for (const [j, { bundle }] of active.entries()) expect(bundle.rate).toBeCloseTo(expected[j]!, 9)
          // Who has a new rate is told, and only they.
          const differs = bundles.filter(({ rate, flows }, j) => flows > 0 && rate !== before[j])
          for (const each of differs) expect(changed).toContain(each)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a change touches only those that it can reach', () => {
  // A thousand pairs, each with an edge of its own; and a crowd on one edge whose rate is below what changes elsewhere.
  const rates = new MaxMin()
  for (let i = 0; i < 1000; i++) {
    const edge = edgeOf(1)
    rates.join(new Bundle([edge], 10))
    rates.join(new Bundle([edge], 10))
  }
  const shared = edgeOf(100)
  const crowd = Array.from({ length: 50 }, () => new Bundle([shared, edgeOf(1)], 10))
  for (const bundle of crowd) rates.join(bundle)
  const narrow = new Bundle([shared], 10)
  // 50 of the edge's 100 are in use, and none of the fifty can have more than its own 1.
  expect(rates.join(narrow)).toEqual([narrow])
  expect(narrow.rate).toBe(10)
})
