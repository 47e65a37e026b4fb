import { expect, test } from 'vitest'
import { ScenarioError } from '../../../src/errors.ts'
import { seconds } from '../../../src/units.ts'
import { steps } from '../../../src/workload/arrivals/steps.ts'
import { counts, stream, times } from './observed.ts'

const day = [
  { at: seconds(100), rate: 5 },
  { at: seconds(200), rate: 0 },
  { at: seconds(400), rate: 50 },
  { at: seconds(401), rate: 0.2 },
]

test('each stretch has its own rate from its first nanosecond on, and nobody comes before the first', () => {
  const sums = new Array<number>(600).fill(0)
  for (let run = 0; run < 400; run++)
    counts(steps.create({ steps: day }, stream(`run ${run}`)), seconds(1), 600).forEach((count, i) => {
      sums[i]! += count
    })
  const between = (a: number, b: number) => sums.slice(a, b).reduce((sum, count) => sum + count, 0)
  expect(between(0, 100)).toBe(0)
  expect(between(200, 400)).toBe(0)
  for (const [a, b, rate] of [
    [100, 101, 5],
    [100, 200, 5],
    [199, 200, 5],
    [400, 401, 50],
    [401, 402, 0.2],
    [401, 600, 0.2],
  ] as const) {
    // 400 runs; Poisson, of whose standard errors 5 are allowed.
    const expected = 400 * rate * (b - a)
    expect(Math.abs(between(a, b) - expected)).toBeLessThan(5 * Math.sqrt(expected))
  }
})

test('a last step to 0 ends the arrivals', () => {
  const ended = [
    { at: 0, rate: 10 },
    { at: seconds(10), rate: 0 },
  ]
  const found = times(steps.create({ steps: ended }, stream('1')), 1000)
  expect(found.length).toBeLessThan(200)
  expect(found.at(-1)).toBeLessThan(seconds(10))
})

test('steps that do not rise, or none, are refused', () => {
  expect(() => steps.create({ steps: [] }, stream('1'))).toThrow(ScenarioError)
  expect(() => steps.create({ steps: [day[1]!, day[0]!] }, stream('1'))).toThrow(
    /number 2 at 100 s is not after number 1 at 200 s; expected rising times/,
  )
})
