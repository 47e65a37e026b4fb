import { describe, expect, test } from 'vitest'
import { renderCapacity } from '../../../src/report/terminal/capacity.ts'
import { widthOf } from '../../../src/report/terminal/text.ts'
import { CAPACITIES } from './searches.ts'

const plain = (name: string, columns = 80): string =>
  renderCapacity(CAPACITIES[name]!.found, CAPACITIES[name]!.titles, { columns, colour: false })

describe.each(Object.keys(CAPACITIES))('%s', (name) => {
  test.each([40, 80, 100])('is never wider than %i columns, and has no control characters', (columns) => {
    for (const line of plain(name, columns).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns)
    expect(plain(name, columns)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u)
  })
})

test('the value that passes stands beside the one that fails, with what fails there', () => {
  expect(plain('one')).toMatchInlineSnapshot(`
    "How much a fleet carries
    fleet · highest workload.arrivals.rate from 1/min to 54/min

      41/min passes, alone with 20 of 20 seeds
      42/min fails, alone with 3 of 20 seeds
          latency.p95 below 30 s: 31.4 s (95 % 30.9 s to 31.9 s), 4.7 % off

      4 values tried, 46 runs"
  `)
})

test('a frontier is a table, a row for each value of the other quantity', () => {
  expect(plain('frontier')).toMatchInlineSnapshot(`
    "How much a fleet carries
    fleet · highest workload.arrivals.rate from 1/min to 54/min

      slots  passes  seeds   fails  seeds  what fails there
      1      12/min  20/20  13/min   3/20  latency.p95 31.4 s, 4.7 % off
      2      23/min  20/20  24/min   3/20  latency.p95 31.4 s, 4.7 % off, with mode…
      4      41/min  20/20  42/min   3/20  latency.p95 31.4 s, 4.7 % off

      seeds: with how many of them, each alone, all would hold

      12 values tried, 46 runs"
  `)
})

test('an uneven verdict is said', () => {
  expect(plain('uneven').replace(/\s+/g, ' ')).toContain(
    'uneven: 13/min failed and 14/min, which is harder, passed',
  )
})

test('where nothing passes, or nothing fails, that is said', () => {
  expect(plain('nothing')).toContain('nothing in the range passes')
  expect(plain('everything')).toContain('nothing in the range fails: 54/min is its end')
})
