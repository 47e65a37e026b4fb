import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fingerprint } from '../../src/kernel/fingerprint.ts'

const digest = (pairs: readonly (readonly [number, number])[]) => {
  const fingerprint = new Fingerprint()
  for (const [a, b] of pairs) fingerprint.mix(a, b)
  return String(fingerprint)
}

describe('a fingerprint', () => {
  it('is sixteen hexadecimal digits, and the same ones for ever', () => {
    expect(digest([])).toMatch(/^[0-9a-f]{16}$/)
    const fingerprint = new Fingerprint()
    fingerprint.event(1_000_000_007, 3, 54)
    fingerprint.event(2 ** 40 + 1, 1, 2)
    fingerprint.mix(-1, 2 ** 53)
    expect(String(fingerprint)).toBe('582c160eb82f43a3')
  })

  it('can be read in between without changing what follows', () => {
    const fingerprint = new Fingerprint()
    fingerprint.mix(1, 2)
    expect(String(fingerprint)).toBe(digest([[1, 2]]))
    fingerprint.mix(3, 4)
    expect(String(fingerprint)).toBe(
      digest([
        [1, 2],
        [3, 4],
      ]),
    )
  })

  it('never loses a difference in a single number', () => {
    const whole = fc.maxSafeInteger()
    fc.assert(
      fc.property(whole, whole, whole, (a, b, c) => {
        fc.pre(a !== b)
        expect(digest([[a, c]])).not.toBe(digest([[b, c]]))
        expect(digest([[c, a]])).not.toBe(digest([[c, b]]))
      }),
    )
  })

  it('gives no two of 200,000 neighbouring events the same digest', () => {
    const digests = new Set<string>()
    for (let time = 0; time < 50; time++)
      for (let kind = 0; kind < 40; kind++)
        for (let target = 0; target < 100; target++) {
          const fingerprint = new Fingerprint()
          fingerprint.event(time, kind, target)
          digests.add(String(fingerprint))
        }
    // 50 · 40 · 100; by chance the first collision of 64 bits comes after some 5,000,000,000.
    expect(digests.size).toBe(200_000)
  })

  it('changes half of its bits when one bit of one event changes', () => {
    let flipped = 0
    const trials = 53 * 100
    for (let i = 0; i < 100; i++)
      for (let bit = 0; bit < 53; bit++) {
        const time = i * 1_000_003
        const other = toggle(time, bit)
        flipped += differing(digest([[time, i]]), digest([[other, i]]))
      }
    // 64 bits, each flipped with probability 1/2: mean 32, deviation of the mean sqrt(16 / 5,300) = 0.055.
    expect(flipped / trials).toBeGreaterThan(32 - 0.4)
    expect(flipped / trials).toBeLessThan(32 + 0.4)
  })
})

const toggle = (value: number, bit: number): number =>
  Math.floor(value / 2 ** bit) % 2 === 1 ? value - 2 ** bit : value + 2 ** bit

function differing(a: string, b: string): number {
  let difference = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  let count = 0
  for (; difference > 0n; difference >>= 1n) count += Number(difference & 1n)
  return count
}
