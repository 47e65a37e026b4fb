import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HashRing, hashOf, mixed, RING_POINTS } from '../../../src/world/services/hash-ring.ts'

const ringOf = (names: readonly string[], weight: (name: string) => number = () => 1) =>
  new HashRing(names.map((name) => ({ owner: name, name, points: RING_POINTS * weight(name) })))

const any = () => true
const keys = Array.from({ length: 10_000 }, (_, i) => `/agents/${i}`)
const servers = Array.from({ length: 10 }, (_, i) => `server.${i + 1}`)

const shares = (ring: HashRing<string>): Map<string, number> => {
  const found = new Map<string, number>()
  for (const key of keys) {
    const owner = ring.find(key, any)!
    found.set(owner, (found.get(owner) ?? 0) + 1)
  }
  return found
}

test('owners have shares by their weight, and the more points the more alike', () => {
  // The share of an owner of v points varies by about 1/√v of it: 79 of 1000 with 160 points.
  for (const share of shares(ringOf(servers)).values()) expect(Math.abs(share - 1000)).toBeLessThan(4 * 79)
  const weighted = shares(ringOf(servers, (name) => (name === 'server.1' ? 5 : 1)))
  expect(Math.abs(weighted.get('server.1')! - (10_000 * 5) / 14)).toBeLessThan(400)
})

test('when an owner leaves, its keys and only its keys go to others, and to all of them', () => {
  const before = ringOf(servers)
  const after = ringOf(servers.slice(1))
  const heirs = new Set<string>()
  for (const key of keys) {
    const owner = before.find(key, any)!
    const heir = after.find(key, any)!
    if (owner === 'server.1') heirs.add(heir)
    else expect(heir).toBe(owner)
    // As if it were there and not fit.
    expect(before.find(key, (name) => name !== 'server.1')).toBe(heir)
  }
  expect(heirs.size).toBe(9)
})

test('the order of the owners does not matter, and where none is fit none is found', () => {
  const backwards = ringOf(servers.toReversed())
  const forwards = ringOf(servers)
  for (const key of keys.slice(0, 100)) expect(backwards.find(key, any)).toBe(forwards.find(key, any))
  expect(forwards.find('/x', () => false)).toBe(undefined)
  expect(ringOf([]).find('/x', any)).toBe(undefined)
})

test('looks at so many points at most', () => {
  let looked = 0
  const never = () => {
    looked++
    return false
  }
  expect(ringOf(servers).find('/x', never, 20)).toBe(undefined)
  expect(looked).toBe(20)
})

test('a change of one letter changes half of the bits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (i) => {
      expect(hashOf(`/${i}`)).toBeGreaterThanOrEqual(0)
      expect(mixed(i)).toBeLessThan(2 ** 32)
    }),
  )
  let flipped = 0
  for (let i = 0; i < 1000; i++) {
    let bits = (hashOf(`/a/${i}`) ^ hashOf(`/b/${i}`)) >>> 0
    for (; bits > 0; bits = (bits & (bits - 1)) >>> 0) flipped++
  }
  // 16,000, with a standard deviation of √(32,000 / 4) = 89.
  expect(Math.abs(flipped - 16_000)).toBeLessThan(400)
})
