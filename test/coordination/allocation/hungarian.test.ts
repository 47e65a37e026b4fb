import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Hungarian, hungarian, type Matching } from '../../../src/coordination/index.ts'
import { RandomStream } from '../../../src/kernel/random.ts'

type Matrix = number[][]

const costOf = (cost: Matrix, columnOf: ArrayLike<number>): number =>
  Array.from(columnOf).reduce((sum, column, row) => (column < 0 ? sum : sum + cost[row]![column]!), 0)

const turn = (cost: Matrix, columns: number): Matrix =>
  Array.from({ length: columns }, (_, j) => cost.map((row) => row[j]!))

/** Every way to give the rows of the smaller side columns or none: the most pairs, the lowest rows first, the least cost. */
function exhaustive(cost: Matrix, columns: number): { matched: boolean[]; cost: number } {
  const small = cost.length <= columns ? cost : turn(cost, columns)
  const large = Math.max(cost.length, columns)
  /** By set of columns taken: which rows are matched, as bits with the first row the highest, and the least cost of that. */
  let states = new Map<string, { rows: number; taken: number; cost: number }>()
  const keep = (into: typeof states, rows: number, taken: number, sum: number) => {
    const key = `${rows} ${taken}`
    const known = into.get(key)
    if (!known || sum < known.cost) into.set(key, { rows, taken, cost: sum })
  }
  keep(states, 0, 0, 0)
  for (const row of small) {
    const next: typeof states = new Map()
    for (const { rows, taken, cost } of states.values()) {
      keep(next, rows * 2, taken, cost)
      for (let j = 0; j < large; j++)
        if (!(taken & (1 << j)) && row[j]! < Infinity)
          keep(next, rows * 2 + 1, taken | (1 << j), cost + row[j]!)
    }
    states = next
  }
  const bits = (set: number): number => set.toString(2).replaceAll('0', '').length
  const best = [...states.values()].reduce((a, b) => {
    const more = bits(b.rows) - bits(a.rows) || b.rows - a.rows || a.cost - b.cost
    return more > 0 ? b : a
  })
  const matched = small.map((_, i) => Boolean(best.rows & (1 << (small.length - 1 - i))))
  return { matched, cost: best.cost }
}

/** The dual certificate: prices that no assignment can beat, and that this one attains. */
function expectProvenOptimal(cost: Matrix, columns: number, matching: Matching, tolerance = 0): void {
  const { columnOf, rowPrice, columnPrice } = matching
  const rows = cost.length
  const taken = new Set<number>()
  let worst = 0
  for (let i = 0; i < rows; i++) {
    const own = columnOf[i]!
    for (let j = 0; j < columns; j++) {
      const slack = cost[i]![j]! - rowPrice[i]! - columnPrice[j]!
      worst = Math.max(worst, -slack, j === own ? slack : 0)
    }
    if (own >= 0) taken.add(own)
  }
  expect(worst).toBeLessThanOrEqual(tolerance)
  expect(taken.size).toBe(Math.min(rows, columns))
  expect(matching.pairs).toBe(taken.size)
  // Who of the larger side is left out has the price 0, nobody of it a higher one.
  const large = rows <= columns ? columnPrice : rowPrice
  for (const [at, price] of large.entries()) {
    expect(price).toBeLessThanOrEqual(0)
    const out = rows <= columns ? !taken.has(at) : columnOf[at] === -1
    if (out) expect(price).toBe(0)
  }
  const sum = (prices: Float64Array): number => prices.reduce((a, b) => a + b, 0)
  expect(Math.abs(sum(rowPrice) + sum(columnPrice) - matching.cost)).toBeLessThanOrEqual(
    tolerance * (rows + columns),
  )
}

const sides = fc.record({ rows: fc.integer({ min: 0, max: 6 }), columns: fc.integer({ min: 0, max: 6 }) })

const matrices = (entry: fc.Arbitrary<number>) =>
  sides.chain(({ rows, columns }) =>
    fc.record({
      columns: fc.constant(columns),
      cost: fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    }),
  )

const random = (
  seed: string,
  rows: number,
  columns: number,
  draw: (random: RandomStream) => number,
): Matrix => {
  const stream = new RandomStream(seed)
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => draw(stream)))
}

describe('against every assignment there is', () => {
  const entries: Readonly<Record<string, fc.Arbitrary<number>>> = {
    'whole costs with many ties': fc.integer({ min: 0, max: 3 }),
    'whole costs, negative too': fc.integer({ min: -50, max: 50 }),
    'forbidden pairs': fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 9 })),
    'mostly forbidden pairs': fc.oneof(
      { weight: 3, arbitrary: fc.constant(Infinity) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) },
    ),
  }
  for (const [name, entry] of Object.entries(entries))
    test(`up to 6 × 6, ${name}: as many as can be, the first first, at the least cost`, () => {
      fc.assert(
        fc.property(matrices(entry), ({ cost, columns }) => {
          const found = hungarian(cost, cost.length, columns)
          const best = exhaustive(cost, columns)
          expect(found.cost).toBe(best.cost)
          expect(costOf(cost, found.columnOf)).toBe(best.cost)
          const taken = Array.from(found.columnOf).filter((column) => column >= 0)
          expect(new Set(taken).size).toBe(taken.length)
          const matched =
            cost.length <= columns
              ? Array.from(found.columnOf, (column) => column >= 0)
              : Array.from({ length: columns }, (_, j) => taken.includes(j))
          expect(matched).toEqual(best.matched)
          expect(found.pairs).toBe(taken.length)
        }),
        { numRuns: 300 },
      )
    })

  test('8 × 8, with ties and without', () => {
    for (let seed = 0; seed < 20; seed++)
      for (const below of [3, 1000]) {
        const cost = random(`${seed}`, 8, 8, (stream) => stream.integer(below))
        expect(hungarian(cost, 8, 8).cost).toBe(exhaustive(cost, 8).cost)
      }
  })
})

describe('proved by its prices', () => {
  for (const [rows, columns] of [
    [1, 1],
    [64, 64],
    [512, 512],
    [200, 350],
    [350, 200],
    [3, 512],
  ] as const) {
    test(`${rows} × ${columns}, whole costs: exactly`, () => {
      const cost = random('whole', rows, columns, (stream) => stream.integer(10_000) - 2_000)
      expectProvenOptimal(cost, columns, hungarian(cost, rows, columns))
    })

    test(`${rows} × ${columns}, real costs: within rounding`, () => {
      const cost = random('real', rows, columns, (stream) => stream.exponential(1))
      expectProvenOptimal(cost, columns, hungarian(cost, rows, columns), 1e-12)
    })
  }

  test('of a planted optimum: prices are drawn, one permutation is tight, all else dearer', () => {
    const n = 256
    const stream = new RandomStream('planted')
    const draw = (below: number) => Array.from({ length: n }, () => stream.integer(below))
    const [u, v] = [draw(1000), draw(1000)]
    const planted = Array.from({ length: n }, (_, i) => (i * 101 + 7) % n)
    const cost = u.map((a, i) => v.map((b, j) => a + b + (j === planted[i] ? 0 : 1 + stream.integer(500))))
    const found = hungarian(cost, n, n)
    expect(Array.from(found.columnOf)).toEqual(planted)
    expect(found.cost).toBe([...u, ...v].reduce((a, b) => a + b, 0))
    expectProvenOptimal(cost, n, found)
  })

  test('of the worst case of its kind, cost i × j, whose optimum pairs the dearest with the cheapest', () => {
    const n = 100
    const cost = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i + 1) * (j + 1)))
    const found = hungarian(cost, n, n)
    expect(Array.from(found.columnOf)).toEqual(Array.from({ length: n }, (_, i) => n - 1 - i))
    // Σ i (n + 1 − i) = n (n + 1) (n + 2) / 6
    expect(found.cost).toBe((n * (n + 1) * (n + 2)) / 6)
  })
})

describe('the expected optimum of exponential costs with mean 1', () => {
  // G. Parisi's conjecture of 1998, proved by S. Linusson and J. Wästlund, and by C. Nair, B. Prabhakar and M. Sharma (2004-05).
  for (const [n, runs] of [
    [1, 4000],
    [2, 4000],
    [5, 3000],
    [20, 1000],
    [60, 200],
  ] as const)
    test(`is the sum of 1 / k² for k up to ${n}, within four standard errors`, () => {
      const stream = new RandomStream(`parisi ${n}`)
      const solver = new Hungarian()
      const cost = new Float64Array(n * n)
      const values = Array.from({ length: runs }, () => {
        for (let at = 0; at < cost.length; at++) cost[at] = stream.exponential(1)
        return solver.solve(cost, n, n).cost
      })
      const mean = values.reduce((a, b) => a + b, 0) / runs
      const variance = values.reduce((a, b) => a + (b - mean) * (b - mean), 0) / (runs - 1)
      const expected = Array.from({ length: n }, (_, k) => 1 / ((k + 1) * (k + 1))).reduce((a, b) => a + b, 0)
      expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / runs))
    })
})

describe('ties', () => {
  test('of all with all are settled by the index: row i takes column i', () => {
    for (const [rows, columns] of [
      [7, 7],
      [4, 9],
    ] as const) {
      const cost = random('ties', rows, columns, () => 5)
      expect(Array.from(hungarian(cost, rows, columns).columnOf)).toEqual(
        Array.from({ length: rows }, (_, i) => i),
      )
    }
    expect(Array.from(hungarian(new Float64Array(6), 3, 2).columnOf)).toEqual([0, 1, -1])
  })

  test('a free column comes before one that is taken, so that nobody is moved without need', () => {
    const cost = [
      [1, 1, 1],
      [1, 9, 1],
    ]
    expect(Array.from(hungarian(cost, 2, 3).columnOf)).toEqual([0, 2])
  })
})

describe('what cannot be', () => {
  test('no pair allowed: nobody is matched, at no cost', () => {
    const none = hungarian(new Float64Array(6).fill(Infinity), 2, 3)
    expect(none).toMatchObject({ pairs: 0, cost: 0 })
    expect(Array.from(none.columnOf)).toEqual([-1, -1])
  })

  test('three who can only go to two places: the first two do, whatever the third would have saved', () => {
    const cost = [
      [9, 9, Infinity],
      [9, 9, Infinity],
      [0, 0, Infinity],
    ]
    expect(hungarian(cost, 3, 3)).toMatchObject({ pairs: 2, cost: 18 })
    expect(Array.from(hungarian(cost, 3, 3).columnOf)).toEqual([0, 1, -1])
  })

  test('nothing to assign, or nobody to assign to', () => {
    expect(hungarian([], 0, 3)).toMatchObject({ pairs: 0, cost: 0 })
    expect(Array.from(hungarian([[], []], 2, 0).columnOf)).toEqual([-1, -1])
  })

  test('costs that are none are refused with their place', () => {
    expect(() => hungarian([[1, Number.NaN]], 1, 2)).toThrow('row 0, column 1: NaN')
    expect(() => hungarian([[-Infinity]], 1, 1)).toThrow('row 0, column 0')
    expect(() => hungarian([[1]], 1, 2)).toThrow('row 0, column 1: undefined')
    expect(() => hungarian(new Float64Array(3), 2, 2)).toThrow('expected 2 × 2')
  })
})

test('a solver that has solved others before answers as a new one, and what it gave before stays', () => {
  const solver = new Hungarian()
  fc.assert(
    fc.property(
      matrices(fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 9 }))),
      ({ cost, columns }) => {
        const first = solver.solve(cost, cost.length, columns)
        const kept = structuredClone(first)
        solver.solve(
          random('other', 7, 7, (stream) => stream.integer(9)),
          7,
          7,
        )
        expect(first).toEqual(kept)
        expect(first).toEqual(hungarian(cost, cost.length, columns))
      },
    ),
    { numRuns: 100 },
  )
})
