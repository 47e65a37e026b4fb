import { expect, test } from 'vitest'
import { faultInWords } from '../../../src/report/findings/answers.ts'
import { failures } from '../../../src/report/findings/failures.ts'
import { faultEffects } from '../../../src/report/findings/fault-effects.ts'
import type { Fault } from '../../../src/results/result.ts'
import { metric } from '../sample-results.ts'
import { faultFrom, resultOf, seriesOf, share, variantOf } from './made.ts'

const fault = (at: number, until: number | null, kind = 'crash'): Fault => faultFrom(at, until, kind, 'box')

const variant = (
  faults: readonly Fault[],
  answered: (second: number) => number,
  refused: number,
  inSystem: (second: number) => number = () => 1,
) => {
  const seconds = (value: (second: number) => number) =>
    seriesOf(Array.from({ length: 240 }, (_, i) => value(i)))
  return variantOf({
    metrics: {
      errors: share(refused / 2400),
      'requests.refused': metric(refused, 'count', '', { samples: [refused] }),
    },
    rest: {
      faults,
      series: { 'in-system': seconds(inSystem), throughput: { ...seconds(answered), unit: '/s' } },
    },
  })
}

const errors =
  (...of: Parameters<typeof variant>) =>
  (kind: string) =>
    failures(resultOf([variant(...of)], { workload: { arrivals: { kind } } }))[0]!.text

test('errors are told with when answers were missing, and which fault began then', () => {
  const down = (second: number) => (second >= 60 && second < 120) || second >= 200
  const told = errors([fault(60, 120), fault(200, null, 'outage')], (s) => (down(s) ? 0 : 10), 1000)
  expect(told('poisson')).toBe(
    '42 % of the requests get no answer: 1,000 refused. Most of it is from 60 s to 120 s (crash of box) and from 200 s to the end (outage of box): 0/s are answered then instead of 10/s.',
  )
  // Of arrivals in steps fewer answers may be fewer requests.
  expect(told('steps')).toBe('42 % of the requests get no answer: 1,000 refused.')
})

test('a stretch that is a fault’s begins and ends with it, though points are wider', () => {
  // Points are of 5 s: from 60 to 65 s half is answered before the fault.
  const told = errors([fault(63, 122, 'hang')], (s) => (s >= 62 && s < 121 ? 0 : 10), 590)
  // A single fault is told by its effects; with another that does nothing, here.
  expect(told('poisson')).not.toContain('Most of it')
  const two = errors([fault(63, 122, 'hang'), fault(200, 201)], (s) => (s >= 62 && s < 121 ? 0 : 10), 590)
  expect(two('poisson')).toContain(' Most of it is from 63 s to 122 s (hang of box): ')
})

test('without a fault too; but not where other than the missing answers are the errors', () => {
  const full = (second: number) => (second < 100 ? 10 : 0)
  expect(errors([], full, 1400)('constant')).toMatch(
    / Most of it is from 100 s to the end: 0\/s are answered then instead of 10\/s\.$/,
  )
  expect(errors([], full, 100)('constant')).toBe('4.2 % of the requests get no answer: 100 refused.')
  expect(errors([], () => 10, 100)('constant')).not.toContain('Most of it')
})

const effect = (...of: Parameters<typeof variant>) => faultEffects(resultOf([variant(...of)]))

test('a fault that has requests refused at once shows in the answers, and whether they come back', () => {
  const [back] = effect([fault(60, 120)], (s) => (s >= 60 && s < 130 ? 0 : 10), 700)
  expect(back!.text).toBe(
    'The fault at 60 s (crash of box) shows: answers fall from 10/s to 0/s, and they are back 70 s after its beginning, 10 s after its end.',
  )
  expect(back!.weight).toBe(80)
  expect(effect([fault(60, 120)], (s) => (s >= 60 ? 0 : 10), 1800)[0]!.text).toMatch(
    /fall from 10\/s to 0\/s, and they are not back by the end of the run\.$/,
  )
})

test('of many faults the one that shows most is told; one without an end is one of its instant', () => {
  const faults = [fault(30, 40), fault(60, 80, 'hang'), fault(61, null, 'kill')]
  expect(
    effect(
      faults,
      () => 10,
      0,
      (s) => (s >= 60 && s < 80 ? 50 : s >= 30 && s < 40 ? 4 : 2),
    )[0]!.text,
  ).toBe(
    'Of the 3 faults the one at 60 s (hang of box) shows most: requests in the system rise from 2 on average to 50.',
  )
})

test('where none stands out, all that end are told together', () => {
  const faults = [fault(30, 40), fault(60, 80, 'hang'), fault(150, null, 'kill')]
  const inSystem = (s: number) =>
    (s >= 60 && s < 80) || (s >= 30 && s < 40) ? 50 : s >= 150 && s < 170 ? 49 : 2
  expect(effect(faults, () => 10, 0, inSystem)[0]!.text).toMatch(
    /^While any of the faults that end lasts \(13 % of the time\), 50 requests are in the system, /,
  )
})

test('where none piles requests up, it is the one with which most answers are missing', () => {
  const faults = [fault(30, 40), fault(60, 80, 'outage')]
  const answered = (s: number) => (s >= 60 && s < 80 ? 0 : s >= 30 && s < 40 ? 3 : 10)
  expect(effect(faults, answered, 0)[0]!.text).toBe(
    'Of the 2 faults the one at 60 s (outage of box) shows most: answers fall from 10/s to 0/s.',
  )
})

test('a service’s own fault goes by its own name', () => {
  const hang = { ...fault(1, 2, 'service'), target: 'docker', detail: 'fault hang, for 60 s' }
  expect(faultInWords(hang)).toBe('hang of docker, for 60 s')
  expect(faultInWords({ ...hang, detail: 'fault hang' })).toBe('hang of docker')
  expect(faultInWords({ ...hang, kind: 'slow-down', detail: 'factor 3' })).toBe(
    'slow-down of docker, factor 3',
  )
})
