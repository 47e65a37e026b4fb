import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Occupation, STATES } from '../../src/observe/occupation.ts'
import { Recorder } from '../../src/observe/recorder.ts'

test('the states of workers sum to all of them, and over time to their number times the measured time', () => {
  const step = fc.record({
    lasts: fc.integer({ min: 0, max: 1e12 }),
    states: fc.array(fc.nat({ max: STATES.length - 1 }), { minLength: 7, maxLength: 7 }),
    /** What share of a core the first worker has, the rest of it being waited for. */
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), fc.nat({ max: 29 }), (steps, warmUp) => {
      const recorder = new Recorder()
      const occupation = new Occupation(recorder, 7)
      let now = 0
      let from = 0
      for (const [i, { lasts, states, share }] of steps.entries()) {
        const counts = STATES.map((_, state) => states.slice(1).filter((each) => each === state).length)
        counts[0]! += share
        counts[2]! += 1 - share
        occupation.set(now, counts)
        now += lasts
        if (i === warmUp) {
          recorder.reset(now)
          occupation.measure(now)
          from = now
        }
      }
      occupation.advance(now)
      expect(occupation.check(now).pass).toBe(true)
      const { metrics } = recorder.finish(now)
      expect(metrics['workers.time']!.value).toBe(7 * (now - from))
      if (now === from) return
      const all = STATES.reduce((sum, state) => sum + metrics[`workers.${state}.mean`]!.value!, 0)
      expect(all).toBeCloseTo(7, 9)
    }),
  )
})

test('time without a state is found', () => {
  const occupation = new Occupation(new Recorder(), 3)
  const counts = STATES.map(() => 0)
  occupation.set(0, counts.with(0, 3))
  occupation.set(10, counts.with(0, 2))
  occupation.advance(20)
  expect(occupation.check(20)).toEqual({ pass: false, detail: '5e-8 s of 6e-8 s of 3 workers' })
})
