import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareRounds, heldTo, turnsOf } from '../../src/bench/against.ts'
import type { Row } from '../../src/bench/row.ts'
import { RandomStreams } from '../../src/kernel/random.ts'

const uniform = () => {
  const random = new RandomStreams('1').stream('bench')
  return () => random.uniform()
}
const row = (nanoseconds: number, more: Partial<Row> = {}): Row => ({
  name: 'op',
  pending: 0,
  perSecond: 1e9 / nanoseconds,
  ...more,
})
const compared = (rounds: readonly (readonly [a: number, b: number])[]) =>
  compareRounds(
    rounds.map(([a, b]) => ({ a: [row(a)], b: [row(b)] })),
    uniform(),
  )[0]!

describe('two revisions in turn', () => {
  test('go A B B A, so that neither is always first, and each as often', () => {
    expect(turnsOf(4).join('')).toBe('abbaabba')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (rounds) => {
        const turns = turnsOf(rounds)
        expect(turns.filter((turn) => turn === 'a')).toHaveLength(rounds)
        for (let i = 0; i < rounds; i++) expect(turns.slice(2 * i, 2 * i + 2).toSorted()).toEqual(['a', 'b'])
      }),
      { seed: 1 },
    )
  })

  test('have the ratio of their times in each round, however fast the machine was in it', () => {
    const { ratio, interval, a, b } = compared([100, 130, 900, 57].map((time) => [time, 1.1 * time] as const))
    expect(ratio).toBeCloseTo(1.1, 10)
    expect(interval!.low).toBeCloseTo(1.1, 10)
    expect(interval!.high).toBeCloseTo(1.1, 10)
    expect([a, b]).toEqual([expect.closeTo(57, 8), expect.closeTo(62.7, 8)])
  })

  test('turned round have the reciprocal', () => {
    const rounds = [
      [100, 120],
      [110, 115],
      [95, 130],
      [105, 104],
    ] as const
    const there = compared(rounds)
    const back = compared(rounds.map(([a, b]) => [b, a] as const))
    // √√(1.2 × 115/110 × 130/95 × 104/105) = 1.142
    expect(there.ratio).toBeCloseTo((1.2 * (115 / 110) * (130 / 95) * (104 / 105)) ** 0.25, 10)
    expect(back.ratio).toBeCloseTo(1 / there.ratio!, 10)
    expect(there.interval!.low).toBeLessThan(there.ratio!)
    expect(there.interval!.high).toBeGreaterThan(there.ratio!)
  })

  test('are not compared where a figure cannot be trusted, in any round of either side', () => {
    const found = (a: Row, b: Row) =>
      compareRounds(
        [
          { a: [row(50)], b: [row(50)] },
          { a: [a], b: [b] },
        ],
        uniform(),
      )[0]!
    expect(found(row(0.4), row(50))).toMatchObject({
      ratio: null,
      interval: null,
      suspicions: ['below 1 ns'],
    })
    const leftOut = { suspicions: ['twice the operations take 1.02 times the time'] }
    expect(found(row(50), row(50, leftOut))).toMatchObject({
      ratio: null,
      suspicions: ['the compiler may have left it out'],
    })
    const nothing = { suspicions: ['only 0.12 ns more than an operation that does nothing'] }
    expect(found(row(50, nothing), row(50)).suspicions).toEqual(['the compiler may have left it out'])
    // As an older build says it.
    const note = { note: 'p99 7 ns; a batch is only 12 steps of the clock' }
    expect(found(row(50, note), row(50)).suspicions).toEqual(['at the clock’s step'])
    expect(found(row(50, { note: 'p99 7 ns' }), row(50)).ratio).toBe(1)
  })

  test('that are alike have a row whose interval leaves 1 out in one suite of twenty, however many rows it has', () => {
    const random = new RandomStreams('1').stream('noise')
    const noisy = () => 100 * Math.exp(0.03 * random.normal())
    const SUITES = 200
    const names = Array.from({ length: 20 }, (_, i) => ({ name: `op ${i}` }))
    let alarms = 0
    for (let suite = 0; suite < SUITES; suite++) {
      const side = () => names.map((name) => row(noisy(), name))
      const rounds = Array.from({ length: 8 }, () => ({ a: side(), b: side() }))
      const rows = compareRounds(rounds, uniform())
      if (rows.some(({ interval }) => interval!.low > 1 || interval!.high < 1)) alarms++
    }
    // Of a fair coin of 1 in 20, three deviations.
    expect(alarms).toBeLessThan(0.05 * SUITES + 3 * Math.sqrt(0.05 * 0.95 * SUITES))
  })

  test('are held to a limit where something could be compared, and else nobody knows', () => {
    const slower = [compared(Array(8).fill([100, 110]))]
    expect(heldTo(0.05, slower)).toBe('slower')
    expect(heldTo(0.2, slower)).toBe('not slower')
    expect(heldTo(0.05, [compared(Array(8).fill([0.4, 0.5]))])).toBe('unknown')
    expect(heldTo(0.05, [])).toBe('unknown')
  })

  test('that have not the same rows show what each has', () => {
    const [old, fresh] = compareRounds([{ a: [row(50)], b: [row(60, { name: 'new' })] }], uniform())
    expect(old).toMatchObject({ name: 'op', a: 50, b: null, ratio: null })
    expect(fresh).toMatchObject({ name: 'new', a: null, b: expect.closeTo(60, 8), ratio: null })
  })
})
