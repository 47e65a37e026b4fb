import { describe, expect, it } from 'vitest'
import { ScenarioError } from '../../../src/errors.ts'
import { createDistribution, distributions } from '../../../src/kernel/distributions/registry.ts'
import { type RandomStream, RandomStreams } from '../../../src/kernel/random.ts'
import type { DistributionSpec } from '../../../src/parameters.ts'
import type { Unit } from '../../../src/units.ts'

const DRAWS = 100_000

const stream = (name = 'test'): RandomStream => new RandomStreams('1').stream(name)
const draw = (spec: DistributionSpec, count = DRAWS): number[] => {
  const distribution = createDistribution(spec)
  const random = stream(JSON.stringify(spec))
  return Array.from({ length: count }, () => distribution.sample(random))
}
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const shareOf = (values: readonly number[], holds: (value: number) => boolean) =>
  values.filter(holds).length / values.length

/** At least one of each kind, with all moments up to the fourth finite, so that the variance has a standard error. */
const specs: readonly DistributionSpec[] = [
  { kind: 'constant', value: 5e6 },
  { kind: 'uniform', low: 2e6, high: 10e6 },
  { kind: 'uniform', low: 3, high: 3 },
  { kind: 'exponential', mean: 20e6 },
  { kind: 'normal', mean: 100, deviation: 10 },
  { kind: 'normal', mean: 10, deviation: 10 },
  { kind: 'normal', mean: 0, deviation: 7 },
  { kind: 'normal', mean: 5, deviation: 0 },
  { kind: 'lognormal', median: 1000, p99: 4000 },
  { kind: 'lognormal', mean: 50, cv: 0.5 },
  { kind: 'lognormal', mean: 50, cv: 0 },
  { kind: 'pareto', shape: 9, scale: 100 },
  { kind: 'pareto', shape: 1, scale: 100, max: 500 },
  { kind: 'pareto', shape: 2, scale: 100, max: 1000 },
  { kind: 'pareto', shape: 0.5, scale: 1, max: 1000 },
  { kind: 'pareto', shape: 3, scale: 7, max: 7 },
  { kind: 'erlang', shape: 1, mean: 30 },
  { kind: 'erlang', shape: 8, mean: 30 },
  { kind: 'hyperexponential', mean: 30, cv: 1 },
  { kind: 'hyperexponential', mean: 30, cv: 2 },
  { kind: 'empirical', values: [1, 2, 4, 8] },
  { kind: 'empirical', values: [10, 20, 30], weights: [5, 0, 2.5] },
  {
    kind: 'mixture',
    of: [
      { weight: 9, distribution: { kind: 'constant', value: 1 } },
      { weight: 1, distribution: { kind: 'exponential', mean: 40 } },
    ],
  },
]

describe('every distribution', () => {
  it('is registered under its own name, in alphabetical order, and tested here', () => {
    const names = Object.keys(distributions)
    expect(names).toEqual([...names].sort())
    for (const name of names) expect(distributions[name]!.name).toBe(name)
    expect([...new Set(specs.map(({ kind }) => kind))].sort()).toEqual(names)
  })

  it.each(Object.entries(distributions))(
    '%s has parameters in the unit of what is drawn',
    (_, definition) => {
      const units: Unit[] = ['ns', 'bytes', '/s', 'bytes/s', 'ratio', 'count', 'tokens', 'number']
      for (const unit of units) expect(JSON.stringify(definition.parameters(unit))).toContain(`"${unit}"`)
    },
  )

  it.each(specs.map((spec) => [JSON.stringify(spec), spec] as const))(
    'has the mean and the variance it declares: %s',
    (_, spec) => {
      const { mean, variance } = createDistribution(spec)
      const values = draw(spec)
      const squares = values.map((value) => (value - mean) ** 2)
      const fourth = meanOf(squares.map((square) => square ** 2))
      // Within five standard errors, and the rounding of a sum of 100,000 terms.
      const rounding = 1e-9 * mean
      expect(Math.abs(meanOf(values) - mean)).toBeLessThanOrEqual(5 * Math.sqrt(variance / DRAWS) + rounding)
      expect(Math.abs(meanOf(squares) - variance)).toBeLessThanOrEqual(
        5 * Math.sqrt(Math.max(0, fourth - variance ** 2) / DRAWS) + rounding ** 2,
      )
    },
  )

  it.each(Object.keys(distributions))('%s draws from no stream but the one given', (kind) => {
    const spec = specs.find((one) => one.kind === kind)!
    const distribution = createDistribution(spec)
    const once = stream()
    const first = Array.from({ length: 20 }, () => distribution.sample(once))
    // Another stream in between, and the same distribution object again: nothing is remembered in it.
    distribution.sample(stream('other'))
    const again = stream()
    expect(Array.from({ length: 20 }, () => distribution.sample(again))).toEqual(first)
  })

  it('gives the same bits for ever', () => {
    const kinds = Object.keys(distributions).map((kind) => specs.find((spec) => spec.kind === kind)!)
    expect(kinds.map((spec) => [spec.kind, createDistribution(spec).sample(stream())])).toEqual([
      ['constant', 5000000],
      ['empirical', 2],
      ['erlang', 18.330581479771617],
      ['exponential', 12220387.653181078],
      ['hyperexponential', 6.874253554464147],
      ['lognormal', 884.3632872331243],
      ['mixture', 1],
      ['normal', 97.93782103098165],
      ['pareto', 107.02486905229067],
      ['uniform', 5657621.8493282795],
    ])
  })
})

describe('uniform', () => {
  it('stays within its bounds and fills them evenly', () => {
    const values = draw({ kind: 'uniform', low: 100, high: 300 })
    expect(values.every((value) => value >= 100 && value <= 300)).toBe(true)
    // Deviation of a share of 1/4 of 100,000: 0.0014.
    expect(Math.abs(shareOf(values, (value) => value < 150) - 0.25)).toBeLessThan(5 * 0.0014)
  })
})

describe('exponential', () => {
  it('exceeds its mean with probability 1/e', () => {
    const values = draw({ kind: 'exponential', mean: 8 })
    // sqrt(0.37 · 0.63 / 100,000) = 0.0015
    expect(Math.abs(shareOf(values, (value) => value > 8) - Math.exp(-1))).toBeLessThan(5 * 0.0015)
  })
})

describe('normal', () => {
  it('is never below 0', () => {
    expect(Math.min(...draw({ kind: 'normal', mean: 1, deviation: 100 }, 10_000))).toBeGreaterThanOrEqual(0)
  })

  it('cut in the middle is the half-normal: mean s·sqrt(2/π), variance s²·(1 - 2/π)', () => {
    const { mean, variance } = createDistribution({ kind: 'normal', mean: 0, deviation: 3 })
    expect(mean).toBeCloseTo(3 * Math.sqrt(2 / Math.PI), 12)
    expect(variance).toBeCloseTo(9 * (1 - 2 / Math.PI), 12)
  })

  it('has the moments that integration gives, and its own ones when the cut is far away', () => {
    for (const [m, s] of [
      [1, 10],
      [5, 4],
      [20, 5],
      [3, 1],
    ] as const) {
      // Simpson's rule on 20,000 strips from 0 to m + 12 s, far finer than the figures compared.
      const strips = 20_000
      const width = (m + 12 * s) / strips
      const moments = [0, 0, 0]
      for (let i = 0; i <= strips; i++) {
        const x = i * width
        const weight =
          (i === 0 || i === strips ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-(((x - m) / s) ** 2) / 2)
        moments.forEach((sum, order) => {
          moments[order] = sum + weight * x ** order
        })
      }
      const mean = moments[1]! / moments[0]!
      const distribution = createDistribution({ kind: 'normal', mean: m, deviation: s })
      expect(distribution.mean).toBeCloseTo(mean, 9)
      expect(distribution.variance).toBeCloseTo(moments[2]! / moments[0]! - mean * mean, 8)
    }
    const far = createDistribution({ kind: 'normal', mean: 1e9, deviation: 1e6 })
    expect([far.mean, far.variance]).toEqual([1e9, 1e12])
  })
})

describe('lognormal', () => {
  it('by median and p99 has that median and that 99th percentile', () => {
    const values = draw({ kind: 'lognormal', median: 1020, p99: 4000 })
    // Deviations of the shares: sqrt(0.25 / 100,000) = 0.0016 and sqrt(0.0099 / 100,000) = 0.00031.
    expect(Math.abs(shareOf(values, (value) => value <= 1020) - 0.5)).toBeLessThan(5 * 0.0016)
    expect(Math.abs(shareOf(values, (value) => value <= 4000) - 0.99)).toBeLessThan(5 * 0.00031)
  })

  it('by mean and cv has them', () => {
    const { mean, variance } = createDistribution({ kind: 'lognormal', mean: 80, cv: 1.5 })
    expect(mean).toBeCloseTo(80, 10)
    // (1.5 · 80)² = 14,400
    expect(variance).toBeCloseTo(14_400, 7)
  })

  it('takes exactly one of the two ways', () => {
    const refused = (parameters: object) => () => createDistribution({ kind: 'lognormal', ...parameters })
    expect(refused({ median: 1, p99: 2, mean: 3 })).toThrow(
      'invalid lognormal: median, p99, mean given; expected either median and p99 or mean and cv',
    )
    for (const parameters of [
      {},
      { median: 1 },
      { median: 1, cv: 1 },
      { mean: 1 },
      { mean: 1, cv: 1, p99: 2 },
    ])
      expect(refused(parameters)).toThrow(ScenarioError)
    expect(refused({ median: 20e6, p99: 5e6 })).toThrow(
      'invalid p99: 5 ms; expected at least median, which is 20 ms',
    )
    expect(refused({ median: 0, p99: 5e6 })).toThrow('invalid median: 0 ns; expected more than 0')
  })
})

describe('pareto', () => {
  it('exceeds x with probability (scale / x)^shape', () => {
    const values = draw({ kind: 'pareto', shape: 1.5, scale: 10 })
    // (10 / 40)^1.5 = 1/8; deviation sqrt(0.109 / 100,000) = 0.001
    expect(Math.abs(shareOf(values, (value) => value > 40) - 0.125)).toBeLessThan(5 * 0.001)
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(10)
  })

  it('has an infinite mean up to shape 1 and an infinite variance up to shape 2', () => {
    const moments = (shape: number) => {
      const { mean, variance } = createDistribution({ kind: 'pareto', shape, scale: 10 })
      return [mean, variance]
    }
    expect(moments(0.8)).toEqual([Infinity, Infinity])
    expect(moments(1)).toEqual([Infinity, Infinity])
    // shape · scale / (shape - 1)
    expect(moments(1.5)).toEqual([30, Infinity])
    expect(moments(2)).toEqual([20, Infinity])
    // scale² · shape / ((shape - 1)² · (shape - 2)) = 100 · 3 / (4 · 1)
    expect(moments(3)).toEqual([15, 75])
  })

  it('with max never exceeds it, and its mean is that of the share kept', () => {
    const spec = { kind: 'pareto', shape: 1, scale: 100, max: 500 }
    expect(Math.max(...draw(spec, 50_000))).toBeLessThanOrEqual(500)
    // scale · ln(5) / (1 - 1/5)
    expect(createDistribution(spec).mean).toBeCloseTo((100 * Math.log(5)) / 0.8, 10)
    expect(() => createDistribution({ kind: 'pareto', shape: 1, scale: 10e6, max: 5e6 })).toThrow(
      'invalid max: 5 ms; expected at least scale, which is 10 ms',
    )
    expect(() => createDistribution({ kind: 'pareto', shape: 1, scale: 0 })).toThrow(ScenarioError)
  })
})

describe('empirical', () => {
  it('draws each value as often as its weight says, and one without weight never', () => {
    const values = draw({ kind: 'empirical', values: [1, 2, 3, 4], weights: [1, 0, 2, 5] })
    for (const [value, share] of [
      [1, 1 / 8],
      [3, 2 / 8],
      [4, 5 / 8],
    ] as const) {
      const deviation = Math.sqrt((share * (1 - share)) / DRAWS)
      expect(Math.abs(shareOf(values, (one) => one === value) - share)).toBeLessThan(5 * deviation)
    }
    expect(values).not.toContain(2)
  })

  it('refuses no values, other numbers of weights, and no weight above 0', () => {
    const refused = (parameters: object) => () => createDistribution({ kind: 'empirical', ...parameters })
    expect(refused({ values: [] })).toThrow('invalid values: none; expected at least one')
    expect(refused({ values: [1, 2, 3], weights: [1, 2] })).toThrow(
      'invalid weights: 2 of them; expected one for each of the 3 values',
    )
    expect(refused({ values: [1, 2], weights: [0, 0] })).toThrow(
      'invalid weights: 0, 0; expected none below 0 and at least one above',
    )
  })
})

describe('mixture', () => {
  const nested = (depth: number): DistributionSpec =>
    depth === 0
      ? { kind: 'constant', value: 1 }
      : { kind: 'mixture', of: [{ weight: 1, distribution: nested(depth - 1) }] }

  it('adds the spread of the means to the variances', () => {
    const { mean, variance } = createDistribution({
      kind: 'mixture',
      of: [
        { weight: 3, distribution: { kind: 'constant', value: 10 } },
        { weight: 1, distribution: { kind: 'exponential', mean: 50 } },
      ],
    })
    // 0.75 · 10 + 0.25 · 50 = 20; 0.75 · 10² + 0.25 · (50² + 30²) = 925
    expect([mean, variance]).toEqual([20, 925])
  })

  it('is infinite where a part is, unless that part has no weight', () => {
    const heavy = { kind: 'pareto', shape: 1, scale: 1 }
    const of = (weight: number) => ({
      kind: 'mixture',
      of: [
        { weight: 1, distribution: { kind: 'constant', value: 1 } },
        { weight, distribution: heavy },
      ],
    })
    expect(createDistribution(of(1))).toMatchObject({ mean: Infinity, variance: Infinity })
    expect(createDistribution(of(0))).toMatchObject({ mean: 1, variance: 0 })
  })

  it('may be four deep and no more', () => {
    expect(createDistribution(nested(4)).sample(stream())).toBe(1)
    expect(() => createDistribution(nested(5))).toThrow('invalid mixture: nested 5 deep; expected at most 4')
    expect(() => createDistribution({ kind: 'mixture', of: [] })).toThrow(ScenarioError)
  })
})

describe('what does not fit', () => {
  it('is refused by name, in the unit of what is drawn', () => {
    expect(() => createDistribution({ kind: 'exponental', mean: 1 })).toThrow(
      'unknown distribution: exponental',
    )
    expect(() => createDistribution({ kind: 'uniform', low: 20e6, high: 5e6 })).toThrow(
      'invalid high: 5 ms; expected at least low, which is 20 ms',
    )
    expect(() => createDistribution({ kind: 'uniform', low: 2048, high: 1024 }, 'bytes')).toThrow(
      'invalid high: 1 KiB; expected at least low, which is 2 KiB',
    )
  })
})
