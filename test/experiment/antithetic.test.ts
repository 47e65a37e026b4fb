import { expect, test } from 'vitest'
import { runExperiment } from '../../src/experiment/experiment.ts'
import { RandomStreams } from '../../src/kernel/random.ts'
import { seconds } from '../../src/units.ts'
import { fileOf } from './fixture.ts'

test('a mirrored seed draws what is left of 1, stream by stream', () => {
  const plain = new RandomStreams('7').stream('a')
  const mirrored = new RandomStreams('~7').stream('a')
  for (let i = 0; i < 1000; i++) {
    const sum = plain.uniform() + mirrored.uniform()
    expect(sum).toBe(1 - 2 ** -32)
  }
})

const queue = (antithetic: boolean, seeds: readonly string[]) =>
  fileOf(
    [{}],
    () => ({
      services: {
        queue: {
          kind: 'queue',
          on: ['box'],
          count: 1,
          values: {
            servers: 1,
            discipline: 'fifo',
            classes: 1,
            service: { kind: 'exponential', mean: seconds(1) },
          },
        } as never,
      },
      workload: {
        target: [{ name: 'queue' }],
        arrivals: { kind: 'poisson', values: { rate: 0.5 } },
        request: { kind: 'job', values: {} },
        timeout: seconds(1e6),
        slowDown: 1,
        skip: 0,
      } as never,
      measure: { duration: seconds(3600), warmUp: 0, requests: undefined, events: 1e8, antithetic },
    }),
    seeds,
  )

test('pairs of mirrored runs give a narrower interval than as many runs on their own', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `${i}`)
  const of = async (antithetic: boolean, seeds: readonly string[]) => {
    const { variants } = await runExperiment(queue(antithetic, seeds), {
      checked: false,
      verify: false,
      claimTexts: {},
      openTrace: () => {
        throw new Error('no trace here')
      },
    })
    return variants[0]!
  }
  const pairs = await of(true, names)
  // The same number of runs, without mirrors.
  const plain = await of(false, [...names, ...names.map((name) => `b${name}`)])
  const half = (variant: typeof pairs) => {
    const [low, high] = variant.metrics['latency.mean']!.interval!
    return (high - low) / 2
  }
  expect(pairs.seeds).toEqual(names)
  expect(Object.keys(pairs.fingerprints).length).toBe(80)
  // In M/M/1 a long service or a short gap lengthens the wait: mirrored draws lean the other way.
  console.log(
    `antithetic: half-width ${half(pairs).toExponential(3)} against ${half(plain).toExponential(3)} ns`,
  )
  expect(half(pairs)).toBeLessThan(0.95 * half(plain))
})
