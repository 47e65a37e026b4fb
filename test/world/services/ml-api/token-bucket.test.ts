import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minutes, seconds } from '../../../../src/units.ts'
import { TokenBucket } from '../../../../src/world/services/ml-api/token-bucket.ts'

const MINUTE = 60_000_000_000n

describe('a token bucket', () => {
  const asks = fc.array(
    fc.record({ gap: fc.nat({ max: 2_000_000_000 }), amount: fc.integer({ min: 1, max: 12 }) }),
    { minLength: 1, maxLength: 60 },
  )
  const limits = fc.record({
    perMinute: fc.oneof(fc.integer({ min: 1, max: 999_983 }), fc.integer({ min: 1, max: 600 })),
    burst: fc.integer({ min: 1, max: 20 }),
  })

  test('lets no more through than rate · t + burst, in every window, exactly', () => {
    const property = fc.property(limits, asks, ({ perMinute, burst }, asks) => {
      const bucket = new TokenBucket(perMinute, burst, 0)
      const taken: { at: bigint; amount: bigint }[] = []
      let now = 0
      for (const { gap, amount } of asks) {
        now += gap
        if (bucket.wait(now, amount) > 0) continue
        bucket.take(amount)
        taken.push({ at: BigInt(now), amount: BigInt(amount) })
      }
      for (const [i, first] of taken.entries()) {
        let sum = 0n
        for (const last of taken.slice(i)) {
          sum += last.amount
          const most = BigInt(perMinute) * (last.at - first.at) + BigInt(burst) * MINUTE
          expect(sum * MINUTE <= most).toBe(true)
        }
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('lets as much through as that allows: what is refused would break it in some window', () => {
    const property = fc.property(limits, asks, ({ perMinute, burst }, asks) => {
      const bucket = new TokenBucket(perMinute, burst, 0)
      const taken: { at: bigint; amount: bigint }[] = []
      let now = 0
      for (const { gap, amount } of asks) {
        now += gap
        const at = BigInt(now)
        const refused = bucket.wait(now, amount) > 0
        // The window that begins with any of those taken, or with this one alone.
        let sum = BigInt(amount)
        let breaks = sum > BigInt(burst)
        for (const before of taken.toReversed()) {
          sum += before.amount
          breaks ||= sum * MINUTE > BigInt(perMinute) * (at - before.at) + BigInt(burst) * MINUTE
        }
        expect(refused).toBe(breaks)
        if (refused) continue
        bucket.take(amount)
        taken.push({ at, amount: BigInt(amount) })
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('says to the nanosecond when there will be enough', () => {
    const property = fc.property(limits, asks, ({ perMinute, burst }, asks) => {
      const bucket = new TokenBucket(perMinute, burst, 0)
      let now = 0
      /** What is left of the bucket, reckoned anew, in the bucket's own parts. */
      let left = BigInt(burst) * MINUTE
      let since = 0
      for (const { gap, amount } of asks) {
        now += gap
        const wait = bucket.wait(now, amount)
        if (amount > burst) {
          expect(wait).toBe(Number.POSITIVE_INFINITY)
          continue
        }
        if (wait > 1) expect(bucket.wait(now + wait - 1, amount)).toBe(1)
        now += wait
        left += BigInt(now - since) * BigInt(perMinute)
        if (left > BigInt(burst) * MINUTE) left = BigInt(burst) * MINUTE
        left -= BigInt(amount) * MINUTE
        since = now
        expect(left >= 0n).toBe(true)
        expect(bucket.wait(now, amount)).toBe(0)
        bucket.take(amount)
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('does not drift: a third of a token a second, over a day', () => {
    const bucket = new TokenBucket(20, 1, 0)
    let taken = 0
    for (let second = 0; second < 86_400; second++)
      if (bucket.wait(seconds(second), 1) === 0) {
        bucket.take(1)
        taken++
      }
    expect(taken).toBe(86_400 / 3)
  })

  test('once empty, begins from nothing', () => {
    const bucket = new TokenBucket(60, 60, 0)
    bucket.empty(minutes(5))
    expect(bucket.wait(minutes(5), 2)).toBe(seconds(2))
  })
})
