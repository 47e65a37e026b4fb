import { describe, expect, it } from 'vitest'
import { RandomStreams } from '../../src/kernel/random.ts'

const DRAWS = 200_000

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next)
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Greatest distance between the empirical distribution function and the true one (Kolmogorov, Smirnov). */
function distance(values: readonly number[], cumulative: (value: number) => number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted.reduce((greatest, value, i) => {
    const expected = cumulative(value)
    return Math.max(greatest, expected - i / sorted.length, (i + 1) / sorted.length - expected)
  }, 0)
}

/** Exceeded with a probability of 0.1 % (1.95 / sqrt n), for the one seed that is fixed. */
const critical = (count: number) => 1.95 / Math.sqrt(count)

/** P(Z <= z), by the trapezoid rule on 2,000 steps: good to 1e-7, which is more than the test can see. */
function normalCumulative(z: number): number {
  const steps = 2000
  const low = -8
  if (z <= low) return 0
  const width = (z - low) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const x = low + i * width
    sum += (i === 0 || i === steps ? 0.5 : 1) * Math.exp((-x * x) / 2)
  }
  return (sum * width) / Math.sqrt(2 * Math.PI)
}

describe('streams', () => {
  it('give the same bits for ever', () => {
    const streams = new RandomStreams('1')
    const stream = streams.stream('arrivals')
    const draws = [
      stream.uniform(),
      stream.integer(1000),
      stream.exponential(1e9),
      stream.normal(),
      stream.normal(),
      stream.normal(),
      streams.stream('host.1/cpu').uniform(),
      new RandomStreams('2').stream('arrivals').uniform(),
    ]
    expect(draws).toEqual([
      0.011520534288138151, 548, 165720017.23317856, 1.4331096263972407, 0.014601183437207857,
      -0.5818083617615951, 0.8614659677259624, 0.7540926560759544,
    ])
  })

  it('are known by name: the same name is the same stream', () => {
    const streams = new RandomStreams('1')
    expect(streams.stream('a')).toBe(streams.stream('a'))
    expect(streams.stream('a')).not.toBe(streams.stream('b'))
  })

  it('do not move each other, whatever is drawn and in which order they are first asked for', () => {
    const quiet = new RandomStreams('1')
    const expected = draw(100, () => quiet.stream('faults').uniform())
    const busy = new RandomStreams('1')
    const seen = draw(100, () => {
      busy.stream('arrivals').normal()
      busy.stream('latency').exponential(5)
      return busy.stream('faults').uniform()
    })
    expect(seen).toEqual(expected)
  })

  it('never run seed and name together', () => {
    expect(new RandomStreams('1').stream('2x').uniform()).not.toBe(
      new RandomStreams('12').stream('x').uniform(),
    )
  })

  it('of similar names are independent: their first draws are uniform and do not follow each other', () => {
    for (const name of [(i: number) => `${i}`, (i: number) => `${'rack.host.'.repeat(20)}${i}`]) {
      const streams = new RandomStreams('1')
      const first = Array.from({ length: 20_000 }, (_, i) => streams.stream(name(i)).uniform())
      expect(distance(first, (value) => value)).toBeLessThan(critical(first.length))
      // Correlation of neighbours: of products of uniforms about 0.5, deviation 1/12 / sqrt n.
      const products = first.slice(1).map((value, i) => (value - 0.5) * (first[i]! - 0.5))
      expect(Math.abs(meanOf(products))).toBeLessThan(5 / 12 / Math.sqrt(products.length))
    }
  })

  it('of 2,000 names of one run never give the same draw at the same place', () => {
    const streams = new RandomStreams('1')
    // 2,000 draws of 32 bits collide by chance with a probability of 2,000² / 2^33 = 0.05 %, so three places are taken.
    const keys = Array.from({ length: 2000 }, (_, i) =>
      draw(3, () => streams.stream(`agent.${i}`).uniform()).join(),
    )
    expect(new Set(keys).size).toBe(2000)
  })
})

describe('a stream', () => {
  const stream = (name: string) => new RandomStreams('1').stream(name)

  it('draws uniform numbers in [0, 1)', () => {
    const random = stream('uniform')
    const values = draw(DRAWS, () => random.uniform())
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(distance(values, (value) => value)).toBeLessThan(critical(DRAWS))
  })

  it('draws every whole number below a bound equally often', () => {
    const random = stream('integer')
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < DRAWS; i++) counts[random.integer(7)]!++
    const expected = DRAWS / 7
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 0.1 % of chi-square with 6 degrees of freedom lies above 22.46.
    expect(chiSquare).toBeLessThan(22.46)
    expect(draw(100, () => random.integer(1)).every((value) => value === 0)).toBe(true)
    expect(draw(1000, () => random.integer(2 ** 32)).some((value) => value > 2 ** 31)).toBe(true)
  })

  it('draws exponential numbers', () => {
    const random = stream('exponential')
    const values = draw(DRAWS, () => random.exponential(250))
    expect(distance(values, (value) => 1 - Math.exp(-value / 250))).toBeLessThan(critical(DRAWS))
    expect(random.exponential(0)).toBeCloseTo(0)
  })

  it('draws standard normal numbers, each pair of them independent', () => {
    const random = stream('normal')
    const values = draw(20_000, () => random.normal())
    expect(distance(values, normalCumulative)).toBeLessThan(critical(values.length))
    const pairs = values.filter((_, i) => i % 2 === 0).map((value, i) => value * values[2 * i + 1]!)
    expect(Math.abs(meanOf(pairs))).toBeLessThan(5 / Math.sqrt(pairs.length))
  })

  it('does not repeat the order of its draws', () => {
    const random = stream('serial')
    const values = draw(DRAWS, () => random.uniform() - 0.5)
    for (const lag of [1, 2, 3, 10]) {
      const products = values.slice(lag).map((value, i) => value * values[i]!)
      expect(Math.abs(meanOf(products))).toBeLessThan(5 / 12 / Math.sqrt(products.length))
    }
  })
})
