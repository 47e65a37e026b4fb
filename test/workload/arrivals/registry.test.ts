import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seconds } from '../../../src/units.ts'
import { arrivals } from '../../../src/workload/arrivals/registry.ts'
import { stream, times } from './observed.ts'

/** Values under which each open kind goes on for ever, or for long. */
const values: Readonly<Record<string, Record<string, unknown>>> = {
  bursty: { rate: 5, cv: 3 },
  constant: { rate: 5, offset: 7 },
  'on-off': { rate: 5, on: seconds(1), off: seconds(2), periods: 'exponential' },
  once: { count: 200, at: 5 },
  poisson: { rate: 5 },
  ramp: { from: 1, to: 9, over: seconds(20) },
  steps: { steps: [{ at: 1, rate: 5 }] },
}
const open = Object.keys(values)

test('the registry holds every kind under its own name, all open but `closed`', () => {
  for (const [name, kind] of Object.entries(arrivals)) expect(kind.name).toBe(name)
  expect(Object.keys(arrivals)).toEqual([...open, 'closed'].sort())
  expect(arrivals.closed!.closed).toBe(true)
})

function create(name: string, seed: string) {
  const kind = arrivals[name]!
  if (kind.closed) throw new Error(`${name} is closed`)
  return kind.create(values[name]!, stream(seed))
}

test.each(open)('%s: times are whole, never before now and never go back', (name) => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.nat(1e9), { maxLength: 100 }), (seed, delays) => {
      const process = create(name, seed)
      let now = 0
      for (const delay of delays) {
        const at = process.next(now)!
        expect(Number.isSafeInteger(at)).toBe(true)
        expect(at).toBeGreaterThanOrEqual(now)
        now = at + delay
      }
    }),
    { numRuns: 30 },
  )
})

test.each(open)('%s: the same seed gives the same times', (name) => {
  expect(times(create(name, 'a'), 100)).toEqual(times(create(name, 'a'), 100))
})

test.each(open)('%s: being asked late drops nobody and moves nobody who comes later', (name) => {
  const onTime = times(create(name, 'a'), 100)
  const late = create(name, 'a')
  const latest = onTime[50]!
  expect(onTime.map(() => late.next(latest))).toEqual(onTime.map((at) => Math.max(at, latest)))
})
