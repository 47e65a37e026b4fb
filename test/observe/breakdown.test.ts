import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Account, NETWORK, PARTS, QUEUE, SERVICE } from '../../src/env/account.ts'
import { BreakdownRecording } from '../../src/observe/breakdown.ts'

const accountOf = (parts: readonly number[]): Account => {
  const account = new Account()
  parts.forEach((duration, part) => {
    account.add(part, duration)
  })
  return account
}

describe('a breakdown', () => {
  test('the parts sum to the mean latency, over all requests and around each percentile', () => {
    const request = fc.array(fc.integer({ min: 0, max: 10 ** 10 }), {
      minLength: PARTS.length,
      maxLength: PARTS.length,
    })
    fc.assert(
      fc.property(fc.array(request, { minLength: 1 }), (requests) => {
        const breakdown = new BreakdownRecording(PARTS)
        let sum = 0
        for (const parts of requests) {
          const account = accountOf(parts)
          breakdown.record(account.total, account)
          sum += account.total
        }
        const found = breakdown.data()
        expect(found.map(({ of }) => of)).toEqual(['all', 'p50', 'p95', 'p99'])
        expect(found[0]!.requests).toBe(requests.length)
        expect(found[0]!.latency).toBe(sum / requests.length)
        for (const { latency, parts, requests } of found) {
          expect(requests).toBeGreaterThan(0)
          const total = Object.values(parts).reduce((a, b) => a + b, 0)
          expect(Math.abs(total - latency)).toBeLessThanOrEqual(1e-12 * latency)
        }
      }),
    )
  })

  test('what is slow for the slowest shows around p99 and not around p50', () => {
    // 1000 requests: 980 of 100 ms in service, 20 with 900 ms more in a queue. Ranks 475…525 are of the first kind,
    // ranks 985…995 of the second.
    const breakdown = new BreakdownRecording(PARTS)
    for (let i = 0; i < 1000; i++) {
      const account = new Account()
      account.add(SERVICE, 100e6)
      if (i % 50 === 0) account.add(QUEUE, 900e6)
      breakdown.record(account.total, account)
    }
    const [all, p50, , p99] = breakdown.data()
    // 20 · 900 ms / 1000 = 18 ms.
    expect(all!.parts).toMatchObject({ service: 100e6, queue: 18e6, network: 0 })
    expect(p50).toMatchObject({ requests: 980, latency: 100e6, parts: { queue: 0 } })
    expect(p99).toMatchObject({ requests: 20, latency: 1000e6, parts: { queue: 900e6, service: 100e6 } })
  })

  test('around a percentile are the requests within 2.5 % of the ranks, or half of those above it', () => {
    // Each latency is 1.5 % above the one before, more than a bucket's width: one request a bucket.
    const breakdown = new BreakdownRecording(PARTS)
    for (let i = 0; i < 1000; i++) {
      const latency = Math.round(1e6 * Math.exp(i * 0.015))
      breakdown.record(latency, accountOf([latency]))
    }
    // p50: ranks 475…525, 51 of them; p95: 925…975, 51; p99: 985…995, 11.
    expect(breakdown.data().map(({ requests }) => requests)).toEqual([1000, 51, 51, 11])
  })

  test('a single request stands for every percentile', () => {
    const breakdown = new BreakdownRecording(PARTS)
    breakdown.record(5, accountOf([2, 3]))
    for (const { requests, latency, parts } of breakdown.data())
      expect([requests, latency, parts.mailbox, parts.core]).toEqual([1, 5, 2, 3])
  })

  test('an account that does not sum to the latency is named with both figures', () => {
    const breakdown = new BreakdownRecording(PARTS)
    const account = new Account()
    account.add(NETWORK, 40)
    expect(() => breakdown.record(41, account)).toThrow(
      /took 41 ns, but its account sums to 40 ns .*network 40 ns/,
    )
    expect(breakdown.data()).toEqual([])
  })
})
