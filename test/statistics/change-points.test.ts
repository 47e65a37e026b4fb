import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../src/kernel/random.ts'
import { changePoints } from '../../src/statistics/change-points.ts'

const stream = (seed: number | string) => new RandomStreams(String(seed)).stream('series')
const uniformOf = (seed: number | string) => {
  const random = new RandomStreams(String(seed)).stream('permutations')
  return () => random.uniform()
}
const placesOf = (series: readonly number[], seed: number | string = 1) =>
  changePoints(series, { uniform: uniformOf(seed) }).map(({ at }) => at)

const levels = (...runs: readonly (readonly [level: number, count: number])[]): number[] =>
  runs.flatMap(([level, count]) => Array.from({ length: count }, () => level))

/** Annual flow of the Nile at Aswan, 10⁸ m³, 1871 to 1970 (Cobb, Biometrika 65, 1978). */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958,
  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020,
  1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040,
  759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
  744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]

describe('change points', () => {
  test('the Nile changes once, between 1898 and 1899, as is published', () => {
    // The mean of the hundred years is 919.35: the figures are copied rightly.
    expect(NILE.reduce((a, b) => a + b, 0)).toBe(91_935)
    expect(placesOf(NILE).map((at) => 1871 + at)).toEqual([1899])
  })

  test('a step without noise is found where it is, wherever that is', () => {
    fc.assert(
      fc.property(
        // Of 5 and 5 values the split is one of 252/2 alike: p is 0.8 %, which 999 orders do not tell from 1 %.
        fc.integer({ min: 6, max: 30 }),
        fc.integer({ min: 6, max: 30 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (before, after, level, step) => {
          expect(placesOf(levels([level, before], [level + step, after]))).toEqual([before])
        },
      ),
      { numRuns: 60, seed: 1 },
    )
  })

  test('two steps are found, up and down again, and three levels', () => {
    expect(placesOf(levels([10, 20], [12, 20], [10, 20]))).toEqual([20, 40])
    expect(placesOf(levels([10, 15], [12, 25], [20, 10]))).toEqual([15, 40])
  })

  test('a step of three deviations in noise is found within two places', () => {
    const off = Array.from({ length: 40 }, (_, seed) => {
      const random = stream(seed)
      const found = placesOf(
        levels([0, 25], [3, 25]).map((level) => level + random.normal()),
        seed,
      )
      return found.length === 1 ? Math.abs(found[0]! - 25) : Number.POSITIVE_INFINITY
    })
    // The place is off by more than two with probability 0.01 or so, and a second point is found in 1 %.
    expect(off.filter((places) => places > 2).length).toBeLessThanOrEqual(3)
  })

  test('of 200 series of noise no more have a change point than the significance says', () => {
    const noise = (seed: number, draw: (random: ReturnType<typeof stream>) => number) => {
      const random = stream(seed)
      return Array.from({ length: 40 }, () => draw(random))
    }
    const draws = {
      normal: (random: ReturnType<typeof stream>) => random.normal(),
      exponential: (random: ReturnType<typeof stream>) => random.exponential(1),
      'few values': (random: ReturnType<typeof stream>) => random.integer(3),
    }
    for (const draw of Object.values(draws)) {
      const count = (significance: number, permutations: number) =>
        Array.from({ length: 200 }, (_, seed) =>
          changePoints(noise(seed, draw), { uniform: uniformOf(seed), significance, permutations }),
        ).filter((found) => found.length > 0).length
      // 200 × 0.05 = 10, and three deviations √(200 × 0.05 × 0.95) = 3.1 above it.
      expect(count(0.05, 99)).toBeLessThanOrEqual(10 + 3 * 3.1)
      // Were it 1 ‰, none with probability 0.82.
      expect(count(0.001, 999)).toBeLessThanOrEqual(1)
    }
  })

  test('neither scale nor origin nor the direction of the series matters', () => {
    const random = stream('symmetries')
    const series = levels([0, 20], [4, 15], [1, 20]).map((level) => level + random.normal())
    const found = placesOf(series)
    expect(found).toEqual([20, 35])
    expect(placesOf(series.map((value) => 1e9 * value - 7e9))).toEqual(found)
    expect(
      placesOf(series.toReversed())
        .map((at) => series.length - at)
        .toReversed(),
    ).toEqual(found)
  })

  test('the same seed gives the same', () => {
    const found = changePoints(NILE, { uniform: uniformOf(9) })
    expect(changePoints(NILE, { uniform: uniformOf(9) })).toEqual(found)
    // (0 + 1) / (999 + 1): of 999 orders none was as strong.
    expect(found).toEqual([{ at: 28, p: 0.001 }])
  })

  test('what is too short, empty or constant has none', () => {
    for (const series of [[], [1], [1, 2, 3], levels([5, 50])]) expect(placesOf(series)).toEqual([])
  })
})
