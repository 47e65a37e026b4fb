import { describe, expect, test } from 'vitest'
import { renderSensitivity } from '../../../src/report/terminal/sensitivity.ts'
import { widthOf } from '../../../src/report/terminal/text.ts'
import { SENSITIVITIES } from './searches.ts'

const plain = (name: string, columns = 80): string =>
  renderSensitivity(SENSITIVITIES[name]!.found, SENSITIVITIES[name]!.titles, { columns, colour: false })

describe.each(Object.keys(SENSITIVITIES))('%s', (name) => {
  test.each([40, 80, 100])('is never wider than %i columns, and has no control characters', (columns) => {
    for (const line of plain(name, columns).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns)
    expect(plain(name, columns)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u)
  })
})

test('a tornado has a bar from the least to the largest figure, and the scenario as it is in it', () => {
  expect(plain('tornado')).toMatchInlineSnapshot(`
    "What latency hangs on
    fleet · latency.p95 is 20 s as it is

      what    low  high  at low  at high   swing
      slots     1    16    60 s     10 s    50 s  ███████│██████████████████████████
      rate      1    16    15 s     30 s    15 s  ████│██████
      prompt    1    16    20 s     20 s    0 ns  │
      disk      1    16  absent      3 s  absent

      each input at the ends of its range, all others as they are; ± 95 % interval
      of the swing; │ in a bar is the scenario as it is
      30 runs, the same seeds at every point"
  `)
})

test('elementary effects have size, direction and spread', () => {
  expect(plain('morris')).toMatchInlineSnapshot(`
    "What latency hangs on
    fleet · latency.p95 is 20 s as it is

      what   low  high   μ*     μ    σ
      slots  1/s   4/s  8 s  -8 s  2 s  ████████████████████████████████████████████
      rate   1/s   4/s  4 s   4 s  2 s  ███████████████████████

      μ*: how much the figure moves over the whole range; μ: the same with signs; σ:
      large where the effect bends or depends on the others
      30 runs, the same seeds at every point"
  `)
})

test('shares of the variance have their intervals', () => {
  expect(plain('sobol')).toMatchInlineSnapshot(`
    "What latency hangs on
    fleet · latency.p95 is absent as it is

      what   low  high             first             total
      slots  1/s   4/s  0.6 (0.5 to 0.7)  0.8 (0.7 to 0.9)  ████████████████████████
      rate   1/s   4/s  0.2 (0.1 to 0.3)  0.4 (0.3 to 0.5)  █████████████

      shares of the variance where all vary at once: of each alone (first), and with
      all it takes part in (total); 95 % intervals by the bootstrap
      30 runs, the same seeds at every point"
  `)
})

test('the longest bar is that of the largest effect', () => {
  const [slots, rate] = plain('morris')
    .split('\n')
    .filter((line) => line.includes('█'))
  const length = (line: string | undefined) => [...line!].filter((char) => char === '█').length
  // μ* of 8 s and 4 s.
  expect(Math.abs(length(slots) / length(rate) - 2)).toBeLessThan(0.15)
})
