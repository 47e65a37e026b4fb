import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Stays } from '../../src/observe/little.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { seconds } from '../../src/units.ts'

interface Stay {
  readonly from: number
  readonly to: number
}

const number = () =>
  new Recorder().level('number', { unit: 'count', better: 'lower', meaning: 'in the system' })

/** Plays stays in order of time, with the end of warm-up at `warmUp`; `reported` is when a request says it came. */
function play(stays: readonly Stay[], warmUp: number, end: number, reported = (stay: Stay) => stay.from) {
  const level = number()
  const records = new Stays()
  const moments = stays
    .flatMap((stay) => [
      { at: stay.from, stay, arrives: true },
      { at: stay.to, stay, arrives: false },
    ])
    .concat({ at: warmUp, stay: { from: -1, to: -1 }, arrives: true })
    .filter(({ at }) => at <= end)
    .sort((a, b) => a.at - b.at)
  for (const { at, stay, arrives } of moments) {
    if (stay.from === -1) {
      level.reset(at)
      records.reset(at)
    } else if (arrives) {
      level.add(at, 1)
    } else {
      level.add(at, -1)
      records.leave(at, reported(stay))
    }
  }
  const inside = stays.filter(({ from, to }) => from <= end && to > end)
  return records.check(
    level,
    end,
    inside.map((stay) => reported(stay)),
  )
}

describe("Little's law", () => {
  const stays = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1000, max: 10 ** 9 }))
      .map(([from, length]) => ({ from, to: from + length })),
    { minLength: 1, maxLength: 50 },
  )

  test('holds in any window of any system, with requests inside at both of its ends', () => {
    fc.assert(
      fc.property(
        stays,
        fc.integer({ min: 0, max: 10 ** 9 }),
        fc.integer({ min: 1, max: 10 ** 9 }),
        (all, warmUp, window) => {
          const end = warmUp + window
          const present = all.some(({ from, to }) => from <= end && to > warmUp)
          const { pass } = play(all, warmUp, end)
          // A request that ends at the very instant of the reset may be inside for no time.
          if (present) expect(pass).toBe(true)
          else expect(pass).not.toBe(false)
        },
      ),
    )
  })

  test('fails when one request reports another arrival than the system saw', () => {
    fc.assert(
      fc.property(stays, (all) => {
        const end = Math.max(...all.map(({ to }) => to)) + 1
        const { pass } = play(all, 0, end, (stay) =>
          stay === all[0] ? stay.from + (stay.to - stay.from) / 2 : stay.from,
        )
        expect(pass).toBe(false)
      }),
    )
  })

  test('gives L, λ and W', () => {
    // Two stays of 2 s in a window of 4 s: L = 4/4 = 1, λ = 2/4 s = 0.5/s, W = 2 s.
    const verdict = play(
      [
        { from: 0, to: seconds(2) },
        { from: seconds(1), to: seconds(3) },
      ],
      0,
      seconds(4),
    )
    expect(verdict).toEqual({ pass: true, detail: 'L = 1 in the system, λ = 0.5/s, W = 2 s' })
  })

  test('a forgotten departure is told with both sides', () => {
    const level = number()
    const records = new Stays()
    level.add(0, 1)
    records.leave(seconds(1), 0)
    const { pass, detail } = records.check(level, seconds(2), [])
    expect(pass).toBe(false)
    // The level says 1 for 2 s, the request 1 s of them.
    expect(detail).toBe('L = 1 in the system, λ = 0.5/s, W = 1 s, but λW = 0.5')
  })

  test('a request that is in the system and in no record is found', () => {
    const level = number()
    level.add(0, 1)
    expect(new Stays().check(level, seconds(1), []).pass).toBe(false)
    expect(new Stays().check(level, seconds(1), [0]).pass).toBe(true)
  })

  test('cannot be told where nobody came', () => {
    expect(new Stays().check(number(), seconds(1), []).pass).toBeNull()
  })
})
