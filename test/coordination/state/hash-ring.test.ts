import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HashRing } from '../../../src/coordination/index.ts'

const KEYS = Array.from({ length: 4000 }, (_, i) => `agent_states:${i}`)
const named = (n: number, salt = ''): string[] => Array.from({ length: n }, (_, i) => `shard.${salt}${i + 1}`)
const placed = (ring: HashRing): string[] => KEYS.map((key) => ring.shardOf(key)!)

/** Keys by shard. */
function sharesOf(ring: HashRing): Map<string, number> {
  const shares = new Map<string, number>()
  for (const shard of placed(ring)) shares.set(shard, (shares.get(shard) ?? 0) + 1)
  return shares
}

const sizes = fc.record({ shards: fc.integer({ min: 1, max: 8 }), points: fc.integer({ min: 1, max: 64 }) })

test('when a shard is removed its keys move and no others do, and when it comes back they come back', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), ({ shards, points }, which) => {
      const names = named(shards + 1)
      const ring = new HashRing(names, points)
      const before = placed(ring)
      const gone = names[which % names.length]!
      ring.remove(gone)
      const after = placed(ring)
      expect(after).not.toContain(gone)
      expect(after.filter((shard, i) => before[i] !== gone && shard !== before[i])).toEqual([])
      ring.add(gone)
      expect(placed(ring)).toEqual(before)
    }),
    { numRuns: 40 },
  )
})

test('who has a key depends on who there is, not on the order in which they came', () => {
  fc.assert(
    fc.property(sizes, ({ shards, points }) => {
      const ring = new HashRing(named(shards), points)
      const other = new HashRing([], points)
      for (const shard of named(shards).reverse()) other.add(shard)
      other.add('shard.1')
      expect(placed(other)).toEqual(placed(ring))
    }),
    { numRuns: 40 },
  )
})

test('shares are off by sqrt((n - 1) / (n v + 1)) of an even one, as of a Beta distribution, whatever n and v', () => {
  for (const [shards, points] of [
    [3, 16],
    [3, 160],
    [10, 40],
  ] as const) {
    // Over 60 rings the relative variance is (n - 1) / (n v + 1), and a little for the keys: (n - 1) / 4000.
    let sum = 0
    for (let salt = 0; salt < 60; salt++) {
      const shares = sharesOf(new HashRing(named(shards, `${salt}.`), points))
      for (const shard of named(shards, `${salt}.`))
        sum += (((shares.get(shard) ?? 0) * shards) / KEYS.length - 1) ** 2 / shards
    }
    const expected = (shards - 1) / (shards * points + 1) + (shards - 1) / KEYS.length
    // The variance of 60 n estimates is off by sqrt(2 / 60 n) itself: three times that.
    expect(Math.abs(sum / 60 / expected - 1)).toBeLessThan(3 * Math.sqrt(2 / (60 * (shards - 1))))
  }
})

test('a shard that comes takes 1/(n + 1) of the keys, from all others and for itself', () => {
  // 100 additions to rings of 3 with 160 points: a share of 1/4, off by sqrt(3 / 641) = 6.8 % of it, the mean by 0.7 %.
  let moved = 0
  const givers = new Set<string>()
  const takers = new Set<string>()
  for (let salt = 0; salt < 100; salt++) {
    const ring = new HashRing(named(3, `${salt}.`), 160)
    const before = placed(ring)
    ring.add(`new.${salt}`)
    for (const [i, shard] of placed(ring).entries()) {
      if (shard === before[i]) continue
      takers.add(shard)
      givers.add(before[i]!.slice(-1))
      moved++
    }
  }
  expect(takers).toEqual(new Set(Array.from({ length: 100 }, (_, salt) => `new.${salt}`)))
  expect(moved / 100 / KEYS.length / 0.25).toBeGreaterThan(0.97)
  expect(moved / 100 / KEYS.length / 0.25).toBeLessThan(1.03)
  expect(givers).toEqual(new Set(['1', '2', '3']))
})

test('a ring without shards has no owner, and one with a single shard only that', () => {
  const ring = new HashRing([], 160)
  expect(ring.shardOf('a')).toBe(undefined)
  ring.add('only')
  expect(new Set(placed(ring))).toEqual(new Set(['only']))
})
