// `bench --against REF` from end to end: another revision is built, both are measured in turn, and the ratios are told.

import { beforeAll, expect, test } from 'vitest'
import type { ComparedRow } from '../../src/bench/against.ts'
import { copiedRepository } from './repository.ts'

const repository = copiedRepository()
const SUITE = ['bench', 'costs', '--only', 'hash-ring', '--against', 'HEAD', '--rounds', '2']

beforeAll(() => repository.build(), 300_000)

test('a revision against itself: each row of both sides, and the ratio is about 1', () => {
  // Nothing is surely slower by ten times, so that it ends in 0.
  const { code, out, err } = repository.run(...SUITE, '--fail-over', '1000%', '--json')
  expect([code, err]).toEqual([0, ''])
  const found = JSON.parse(out) as { a: string; rounds: number; suites: { costs: readonly ComparedRow[] } }
  expect(found).toMatchObject({ schema: 'rehearsal/bench-ratios/1', rounds: 2 })
  expect(found.a).toBe(`HEAD (${repository.git('rev-parse', '--short=10', 'HEAD').trim()})`)
  const rows = found.suites.costs
  expect(rows.map(({ name }) => name)).toEqual(['hash-ring', 'hash-ring', 'hash-ring', 'hash-ring'])
  for (const { a, b, ratio, interval, suspicions } of rows) {
    expect(Math.min(a!, b!)).toBeGreaterThan(0)
    if (suspicions.length > 0) continue
    // A machine that does other things besides may be off by much; one that was given a wrong build is off by more.
    expect(Math.abs(Math.log(ratio!))).toBeLessThan(Math.log(5))
    expect([interval!.low <= ratio!, ratio! <= interval!.high]).toEqual([true, true])
  }
  expect(repository.git('worktree', 'list').trim().split('\n')).toHaveLength(1)
}, 300_000)
