import { describe, expect, test } from 'vitest'
import { WarmUp } from '../../src/observe/warm-up.ts'

/** Deterministic noise from 0 to 1 (a linear congruential generator, Numerical Recipes). */
function noise() {
  let state = 1
  return (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function truncationOf(length: number, value: (i: number, noise: () => number) => number) {
  const warmUp = new WarmUp()
  const random = noise()
  for (let i = 0; i < length; i++) warmUp.record(i * 1000, value(i, random))
  return warmUp.truncation()
}

/** The definition, on all batches of five: least squared deviation over squared number, without the last five. */
function naive(values: readonly number[]): number {
  const batches: number[] = []
  for (let i = 0; i + 5 <= values.length; i += 5)
    batches.push(values.slice(i, i + 5).reduce((a, b) => a + b, 0) / 5)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let first = 0; first < batches.length - 5; first++) {
    const rest = batches.slice(first)
    const mean = rest.reduce((a, b) => a + b, 0) / rest.length
    const error = rest.reduce((sum, y) => sum + (y - mean) * (y - mean), 0) / (rest.length * rest.length)
    if (error < least) {
      least = error
      best = first
    }
  }
  return best * 5
}

describe('MSER-5', () => {
  test('cuts where the definition cuts', () => {
    for (const decay of [30, 100, 300]) {
      const value = (i: number, random: () => number): number => 10 * Math.exp(-i / decay) + random()
      const random = noise()
      const values = Array.from({ length: 5000 }, (_, i) => value(i, random))
      const found = truncationOf(5000, value)
      expect(found).toEqual({ found: true, time: naive(values) * 1000, dropped: naive(values) })
      expect(naive(values)).toBeGreaterThan(decay)
    }
  })

  test('cuts a step where it is, and gives the time of the first observation kept', () => {
    // 5 for 500 observations, 1 from then on: dropping exactly 500 leaves no variance.
    expect(truncationOf(2000, (i) => (i < 500 ? 5 : 1))).toEqual({ found: true, time: 500_000, dropped: 500 })
  })

  test('drops nothing of a run that is steady from the start', () => {
    expect(truncationOf(1000, () => 3)).toEqual({ found: true, time: 0, dropped: 0 })
  })

  test('says so when a run never settles in its first half', () => {
    const late = truncationOf(2000, (i) => (i < 1200 ? 5 : 1))
    const trend = truncationOf(2000, (i) => i)
    for (const truncation of [late, trend]) expect(truncation.found).toBe(false)
  })

  test('says so when there is too little to tell', () => {
    expect(truncationOf(49, () => 1)).toEqual({ found: false, reason: 'fewer than 50 observations' })
  })

  test('a million observations fit in 4,096 batches, and the cut stays within a batch of the truth', () => {
    // Batches of 5 merge whenever there are 4,096: a million observations make batches of 5·2^6 = 320.
    const truncation = truncationOf(1_000_000, (i, random) => (i < 200_000 ? 3 : 1) + random())
    expect(truncation.found && Math.abs(truncation.dropped - 200_000)).toBeLessThanOrEqual(320)
    expect(truncation.found && truncation.time).toBe(truncation.found && truncation.dropped * 1000)
  })
})
