import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../../src/kernel/random.ts'
import { seconds } from '../../../../src/units.ts'
import { Peer, POLICIES, type Policy, Upstream } from '../../../../src/world/services/nginx/upstream.ts'

function makeUpstream(policy: Policy, weights: readonly number[], maxFails = 1) {
  const peers = weights.map((weight, i) => new Peer({ name: 'abcdefghij'[i]! }, weight))
  const terms = { policy, maxFails, failTimeout: seconds(10) }
  const upstream = new Upstream(peers, terms, new RandomStreams('1').stream('balancing'))
  return { upstream, peers }
}

const NONE: ReadonlySet<Peer> = new Set()
const choose = (upstream: Upstream, at = 0) => upstream.choose(NONE, seconds(at))
const names = (peers: readonly (Peer | undefined)[]) =>
  peers.map((peer) => peer?.address.name ?? '-').join('')

test('round robin is smooth: weights 5, 1, 1 give a a b a c a a, and so on', () => {
  const { upstream } = makeUpstream('round_robin', [5, 1, 1])
  // Turns before each choice: 5 1 1 → a; 3 2 2 → a; 1 3 3 → b; 6 -3 4 → a; 4 -2 5 → c; 9 -1 -1 → a; 7 0 0 → a; then all are 0.
  const chosen = Array.from({ length: 14 }, () => choose(upstream))
  expect(names(chosen)).toBe('aabacaaaabacaa')
})

test('least connections, ties by smooth weighted round robin', () => {
  const { upstream, peers } = makeUpstream('least_conn', [2, 1, 1])
  const [a, b, c] = peers as [Peer, Peer, Peer]
  // All tied at 0: turns 2 1 1, a pays 4: -2 1 1.
  // b, c tied at 0 per weight: turns -2 2 2, b pays 2: -2 0 2. c alone has none.
  // a has 1/2, b and c 1: a again, alone and unpaid. Then all at 1 per weight: turns 0 1 3: c pays 4: 0 1 -1.
  expect(names(Array.from({ length: 5 }, () => choose(upstream)))).toBe('abcac')
  expect([a.connections, b.connections, c.connections]).toEqual([2, 1, 2])
  expect([a.turn, b.turn, c.turn]).toEqual([0, 1, -1])
  // a and b are tied at 1: turns 2 2, the first of the highest is a, and pays 3.
  expect(names([choose(upstream)])).toBe('a')
  upstream.release(c, false, 0)
  upstream.release(c, false, 0)
  expect(names([choose(upstream), choose(upstream)])).toBe('cb')
})

test('a server that failed gets its weight back step by step', () => {
  const { upstream, peers } = makeUpstream('round_robin', [4, 4], 2)
  const [a] = peers as [Peer, Peer]
  choose(upstream)
  // Of its weight of 4 it loses 4 / 2.
  expect(upstream.release(a, true, 0)).toBe(false)
  expect(a.effectiveWeight).toBe(2)
  const chosen = Array.from({ length: 8 }, () => choose(upstream))
  // Turns from -4 4: -2 8 → b (pays 6: -2 2); 1 6 → b (7: 1 -1); then 4 each: 5 3 → a (8: -3 3); 1 7 → b; 5 3 → a …
  expect(names(chosen)).toBe('bbababab')
  expect(a.effectiveWeight).toBe(4)
})

describe('passive health checks', () => {
  test('a failure puts a server out of service for fail_timeout; then one request tries it', () => {
    const { upstream, peers } = makeUpstream('least_conn', [1, 1])
    const [a] = peers as [Peer, Peer]
    choose(upstream)
    expect(upstream.release(a, true, 0)).toBe(true)
    expect(names([choose(upstream, 1), choose(upstream, 10)])).toBe('bb')
    // After more than 10 s one request goes there; others have to wait for what comes of it.
    expect(names([choose(upstream, 10.1), choose(upstream, 10.2), choose(upstream, 20)])).toBe('abb')
    upstream.release(a, false, seconds(20))
    expect(names([choose(upstream, 20)])).toBe('a')
  })

  test('a server that fails again is out for as long again', () => {
    const { upstream, peers } = makeUpstream('least_conn', [1, 1])
    choose(upstream)
    upstream.release(peers[0]!, true, 0)
    choose(upstream, 11)
    upstream.release(peers[0]!, true, seconds(12))
    expect(names([choose(upstream, 13), choose(upstream, 22), choose(upstream, 22.1)])).toBe('bba')
  })

  test('who was sent there before the failure proves nothing', () => {
    const { upstream, peers } = makeUpstream('least_conn', [1, 1])
    const [a, b] = peers as [Peer, Peer]
    for (let i = 0; i < 4; i++) choose(upstream)
    upstream.release(a, true, seconds(1))
    upstream.release(a, false, seconds(2))
    upstream.release(b, false, seconds(2))
    expect(names([choose(upstream, 2), choose(upstream, 3)])).toBe('bb')
  })

  test('max_fails allows as many; a success after fail_timeout forgets them', () => {
    const fail = ({ upstream, peers }: ReturnType<typeof makeUpstream>, at: number) => {
      peers[0]!.connections++
      return upstream.release(peers[0]!, true, seconds(at))
    }
    const failing = makeUpstream('round_robin', [1, 1], 2)
    expect([fail(failing, 1), fail(failing, 2)]).toEqual([false, true])
    const mending = makeUpstream('round_robin', [1, 1], 2)
    const [a] = mending.peers as [Peer, Peer]
    expect([fail(mending, 1), a.fails]).toEqual([false, 1])
    expect(names([choose(mending.upstream, 12)])).toBe('a')
    mending.upstream.release(a, false, seconds(12))
    expect([a.fails, fail(mending, 13)]).toEqual([0, false])
  })

  test('with max_fails 0, and where there is one server alone, nobody is ever out of service', () => {
    const several = makeUpstream('round_robin', [1, 1], 0)
    const alone = makeUpstream('round_robin', [1])
    for (const { upstream, peers } of [several, alone]) {
      choose(upstream)
      expect(upstream.release(peers[0]!, true, 0)).toBe(false)
    }
    expect(names([choose(several.upstream, 1), choose(several.upstream, 1)])).toBe('ba')
    expect(names([choose(alone.upstream, 1)])).toBe('a')
  })

  test('where none is in service there is none to choose', () => {
    const { upstream, peers } = makeUpstream('least_conn', [1, 1])
    for (const peer of peers) {
      peer.connections++
      upstream.release(peer, true, 0)
    }
    expect(choose(upstream, 10)).toBe(undefined)
    expect(choose(upstream, 10.5)).toBeDefined()
  })
})

test('power of two choices keeps the fullest of ten servers far lower than chance does', () => {
  const fullest = (policy: Policy) => {
    const { upstream, peers } = makeUpstream(policy, Array<number>(10).fill(1))
    for (let i = 0; i < 1000; i++) choose(upstream)
    return Math.max(...peers.map(({ connections }) => connections))
  }
  // 1000 balls in 10 bins: by chance some √(2 · 100 · ln 10) = 21 above 100, with two choices ln ln 10 / ln 2 = 1.2.
  expect(fullest('power-of-two')).toBeLessThan(105)
  expect(fullest('random')).toBeGreaterThan(110)
  expect(fullest('least_conn')).toBe(100)
})

test('chance respects weights', () => {
  const { upstream, peers } = makeUpstream('random', [3, 1])
  for (let i = 0; i < 4000; i++) choose(upstream)
  // 3000 of 4000, with a standard deviation of √(4000 · 3/16) = 27.
  expect(Math.abs(peers[0]!.connections - 3000)).toBeLessThan(110)
})

test('whatever the policy, no choice is out of service or tried already, and connections balance', () => {
  const policies = fc.constantFrom(...POLICIES)
  const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 })
  const steps = fc.array(fc.tuple(fc.constantFrom('choose', 'ok', 'fail'), fc.nat(4)), {
    maxLength: 100,
    size: 'max',
  })
  fc.assert(
    fc.property(policies, weights, steps, (policy, weights, steps) => {
      const { upstream, peers } = makeUpstream(policy, weights)
      const under: Peer[] = []
      const outUntil = new Map<Peer, number>()
      for (const [second, [what, which]] of steps.entries()) {
        const now = seconds(second)
        if (what === 'choose') {
          const tried = new Set(peers.slice(0, which))
          const peer = upstream.choose(tried, now, `/${second}`)
          if (!peer) continue
          expect(tried.has(peer)).toBe(false)
          expect(now).toBeGreaterThan(outUntil.get(peer) ?? -1)
          under.push(peer)
        } else if (under.length > 0) {
          const [peer] = under.splice(which % under.length, 1) as [Peer]
          if (upstream.release(peer, what === 'fail', now)) outUntil.set(peer, now + seconds(10))
        }
      }
      expect(peers.reduce((sum, { connections }) => sum + connections, 0)).toBe(under.length)
    }),
  )
})
