// What an interval is for: that it covers the truth as often as it says. The truth is M/M/1's closed form; its waits come from
// Lindley's recursion, which needs no world.

import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../src/kernel/random.ts'
import { batchMeans } from '../../src/statistics/batch-means.ts'
import { bootstrap, type Interval } from '../../src/statistics/bootstrap.ts'
import { pairedDifference } from '../../src/statistics/paired.ts'
import { quantileInterval } from '../../src/statistics/quantile-interval.ts'
import { meanInterval } from '../../src/statistics/student.ts'

const EXPERIMENTS = 1000
const LOAD = 0.5
/** Mean time in an M/M/1 system with a mean service of 1. */
const TRUTH = 1 / (1 - LOAD)

/** Times in system, begun in the stationary state so that no warm-up blurs what is asked here. */
function* sojourns(seed: string): Generator<number> {
  const random = new RandomStreams(seed).stream('m-m-1')
  let wait = random.uniform() < LOAD ? random.exponential(TRUTH) : 0
  for (;;) {
    const service = random.exponential(1)
    yield wait + service
    wait = Math.max(0, wait + service - random.exponential(1 / LOAD))
  }
}

function meanOf(seed: string, customers: number): number {
  const source = sojourns(seed)
  let sum = 0
  for (let i = 0; i < customers; i++) sum += source.next().value
  return sum / customers
}

const replications = (experiment: number, seeds: number, customers: number): number[] =>
  Array.from({ length: seeds }, (_, i) => meanOf(`${experiment}/${i}`, customers))

const mean = (samples: readonly number[]): number => samples.reduce((a, b) => a + b, 0) / samples.length

const uniformOf = (experiment: number) => {
  const random = new RandomStreams(`resamples/${experiment}`).stream('bootstrap')
  return () => random.uniform()
}

/** Share of the experiments whose interval holds the truth. */
function coverage(truth: number, interval: (experiment: number) => Interval | null): number {
  let covered = 0
  let told = 0
  for (let experiment = 0; experiment < EXPERIMENTS; experiment++) {
    const found = interval(experiment)
    if (!found) continue
    told++
    if (found.low <= truth && truth <= found.high) covered++
  }
  expect(told).toBeGreaterThan(0.9 * EXPERIMENTS)
  return covered / told
}

describe('95 % intervals cover 93 to 97 % of the time', () => {
  const covers = (name: string, truth: number, interval: (experiment: number) => Interval | null): void =>
    test(name, () => {
      const share = coverage(truth, interval)
      console.log(`coverage: ${name}: ${(100 * share).toFixed(1)} %`)
      expect(share).toBeGreaterThanOrEqual(0.93)
      expect(share).toBeLessThanOrEqual(0.97)
    })

  covers('Student, 20 replications', TRUTH, (e) => meanInterval(replications(e, 20, 1000)))
  covers('percentile bootstrap, 60 replications', TRUTH, (e) =>
    bootstrap(replications(e, 60, 200), mean, { uniform: uniformOf(e), kind: 'percentile', resamples: 500 }),
  )
  covers('BCa bootstrap, 60 replications', TRUTH, (e) =>
    bootstrap(replications(e, 60, 200), mean, { uniform: uniformOf(e), resamples: 500 }),
  )
  covers('batch means, one run of 20,000', TRUTH, (e) => {
    const source = sojourns(`long/${e}`)
    const batches = Array.from({ length: 40 }, () => {
      let sum = 0
      for (let i = 0; i < 500; i++) sum += source.next().value
      return sum / 500
    })
    return batchMeans(batches).interval
  })
  // A time in system is exponential with mean 2, so that its 90th percentile is 2 ln 10.
  covers('quantile of 300 independent requests', TRUTH * Math.log(10), (e) =>
    quantileInterval(
      Array.from({ length: 300 }, (_, i) => sojourns(`quantile/${e}/${i}`).next().value),
      0.9,
    ),
  )
  covers('paired difference of a change of 0.1', 0.1, (e) => {
    const a = replications(e, 12, 100)
    const chance = uniformOf(e)
    const b = a.map((value) => value + 0.2 * chance())
    return pairedDifference(a, b, chance).interval
  })
})
