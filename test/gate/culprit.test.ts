// Which figure is asked why it is worse.

import { expect, test } from 'vitest'
import { culprit } from '../../src/gate/culprit.ts'
import { finding, scenarioOf } from './sample-gate.ts'

const asked = (...findings: ReturnType<typeof finding>[]) => culprit(scenarioOf({ findings }))

test('it is the one that fails by most, before others of which the latency is no part', () => {
  const [small, large] = [101, 150].map((now) => finding({ metric: 'latency.mean', baseline: 100, now }))
  const other = finding({ metric: 'messages', baseline: 1, now: 9 })
  expect(asked(small!, large!, other)).toBe(large)
  expect(asked(other)).toBe(other)
})

test('it is one that the scenario speaks of, before one that only points at the scenario', () => {
  const spoken = finding({ metric: 'latency.mean', baseline: 100, now: 105 })
  const other = finding({ metric: 'latency.p99', baseline: 100, now: 190, place: scenarioOf().place })
  expect(asked(other, spoken)).toBe(spoken)
  expect(asked(other)).toBe(other)
})

test('it is what fails, however much what passes has changed', () => {
  const passing = finding({ metric: 'latency.p99', baseline: 1, now: 9, verdict: 'pass', answer: 'better' })
  const failing = finding({ baseline: 100, now: 102 })
  expect(asked(passing, failing)).toBe(failing)
  // Where only an expectation fails, what changed most is asked about.
  expect(asked(passing)).toBe(passing)
})

test('there is none where nothing fails, or nothing changed', () => {
  expect(culprit(scenarioOf({ verdict: 'pass' }))).toBeUndefined()
  expect(asked(finding({ baseline: 5, now: 5 }))).toBeUndefined()
  expect(asked(finding({ baseline: null, now: 5 }))).toBeUndefined()
})
