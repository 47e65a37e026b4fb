import { expect, test } from 'vitest'
import { hours, ms, seconds } from '../../../src/units.ts'
import { onOff } from '../../../src/workload/arrivals/on-off.ts'
import { counts, error, gaps, moments, stream, times } from './observed.ts'

const exponential = { rate: 10, on: seconds(3), off: seconds(7), periods: 'exponential' } as const
const constant = { ...exponential, periods: 'constant' } as const

test.each([exponential, constant])('the long-run rate is rate · on / (on + off): %o', (values) => {
  const process = onOff.create(values, stream('1'))
  // 10/s · 3 / 10 = 3/s; in 300,000 s some 900,000 come. Their number varies as Poisson's times the dispersion of 30 or less: 0.6 %.
  expect(process.meanRate).toBe(3)
  expect(error(counts(process, seconds(300_000), 1)[0]!, 900_000)).toBeLessThan(0.03)
})

test('gaps with exponential periods have the squared cv of the interrupted Poisson process', () => {
  const { mean, squaredCv } = moments(gaps(times(onOff.create(exponential, stream('2')), 1_000_000)))
  // λ = 10, γ = 1/3, ω = 1/7: cv² = 1 + 2λγ / (γ + ω)² = 1 + (20/3) / (10/21)² = 1 + 29.4 = 30.4; mean = 1/3 s.
  expect(error(mean, 1e9 / 3)).toBeLessThan(0.02)
  expect(error(squaredCv, 30.4)).toBeLessThan(0.05)
})

test('gaps with exponential periods follow the law of playing the periods out one by one', () => {
  const random = stream('3')
  const played: number[] = []
  let left = random.exponential(3e9)
  for (let i = 0; i < 1_000_000; i++) {
    let gap = 0
    let active = random.exponential(1e8)
    while (active > left) {
      gap += left + random.exponential(7e9)
      active -= left
      left = random.exponential(3e9)
    }
    left -= active
    played.push(gap + active)
  }
  const drawn = gaps(times(onOff.create(exponential, stream('4')), 1_000_000))
  const above = (found: number[], limit: number) => found.filter((gap) => gap > limit).length / found.length
  // The standard error of the difference of two shares: at most sqrt(2 · 0.25 / 1,000,000) = 0.0007;
  // in the tail, above 10 s, some 0.8 % or 8,000 of each are left: a ratio to sqrt(2 / 8,000) = 1.6 %.
  for (const limit of [ms(10), ms(100), ms(300)])
    expect(Math.abs(above(drawn, limit) - above(played, limit))).toBeLessThan(0.0035)
  for (const limit of [seconds(1), seconds(5), seconds(10)])
    expect(error(above(drawn, limit), above(played, limit))).toBeLessThan(0.08)
})

test('with constant periods all come while on, evenly over the period', () => {
  const phases = times(onOff.create(constant, stream('5')), 300_000).map((at) => at % seconds(10))
  expect(phases.every((phase) => phase < seconds(3))).toBe(true)
  // Uniform on [0, 3 s): mean 1.5 s, standard error 0.87 / sqrt(300,000) = 0.0016 s.
  expect(Math.abs(moments(phases).mean - 1.5e9)).toBeLessThan(0.008e9)
})

test('a rare arrival costs no more than a frequent one, however many silences it spans', () => {
  for (const periods of ['exponential', 'constant'] as const) {
    // Microseconds of activity with one arrival an hour: 1.8 billion silences a gap, were they played out.
    const values = { rate: 1 / 3600, on: 1000, off: 1000, periods }
    const found = times(onOff.create(values, stream('6')), 100)
    // 100 gaps of 2 h in the mean, standard error 10 %.
    expect(error(found.at(-1)!, hours(200))).toBeLessThan(0.4)
  }
})

test('with rate 0 nobody comes', () => {
  for (const values of [exponential, constant])
    expect(onOff.create({ ...values, rate: 0 }, stream('1')).next(0)).toBeUndefined()
})
