import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  Holdings,
  hash,
  hashOf,
  LARGEST_CORPUS,
  nearest,
  Ranking,
} from '../../../../src/world/services/vector-store/corpus.ts'

const all = { passes: () => true, finds: () => true }
const query = fc.nat({ max: 2 ** 32 - 1 })

describe('the ranking of a corpus', () => {
  test('is a permutation, and its inverse undoes it', () => {
    const property = fc.property(fc.integer({ min: 1, max: 400 }), query, (size, query) => {
      const ranking = new Ranking(size, query)
      const rankOf = ranking.inverse()
      const documents = Array.from({ length: size }, (_, rank) => ranking.document(rank))
      expect(new Set(documents).size).toBe(size)
      expect(documents.map(rankOf)).toEqual(documents.map((_, rank) => rank))
    })
    fc.assert(property)
  })

  test('is exact up to the largest corpus', () => {
    for (const size of [LARGEST_CORPUS, LARGEST_CORPUS - 1])
      for (let query = 0; query < 50; query++) {
        const ranking = new Ranking(size, query)
        const rankOf = ranking.inverse()
        for (const rank of [0, 1, size - 2, size - 1]) expect(rankOf(ranking.document(rank))).toBe(rank)
      }
  })
})

describe('the nearest of those that a store has', () => {
  /** By looking at every document. */
  const slowly = (
    size: number,
    query: number,
    holdings: Holdings,
    k: number,
    passes = (_: number) => true,
  ) => {
    const ranking = new Ranking(size, query)
    const ids = Array.from({ length: size }, (_, rank) => ranking.document(rank))
    return ids.filter((id) => holdings.has(id) && passes(id)).slice(0, k)
  }
  const stores = fc.record({
    first: fc.nat({ max: 40 }),
    count: fc.nat({ max: 60 }),
    added: fc.uniqueArray(fc.nat({ max: 99 }), { maxLength: 20 }),
    k: fc.integer({ min: 1, max: 12 }),
  })

  test('are the best by rank, however few or many it has', () => {
    const property = fc.property(stores, query, ({ first, count, added, k }, query) => {
      const holdings = new Holdings(first, count, new Set())
      for (const id of added) holdings.add(id)
      const even = (id: number) => id % 2 === 0
      for (const passes of [() => true, even]) {
        const { matches, recall } = nearest(100, query, holdings, { k, passes, finds: () => true })
        expect(matches.map(({ id }) => id)).toEqual(slowly(100, query, holdings, k, passes))
        expect(recall).toBe(matches.length === 0 ? undefined : 1)
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('of two stores, merged, are the nearest of both together', () => {
    const property = fc.property(stores, stores, query, (a, b, query) => {
      const [one, other] = [a, b].map(({ first, count }) => new Holdings(first, count, new Set()))
      const both = new Holdings(0, 0, new Set([...one!.all(), ...other!.all()]))
      const wanted = { ...all, k: a.k }
      const found = [one!, other!].flatMap((holdings) => nearest(100, query, holdings, wanted).matches)
      const byId = new Map(found.map((match) => [match.id, match]))
      const merged = [...byId.values()].sort((x, y) => y.score - x.score).slice(0, a.k)
      expect(merged).toEqual(nearest(100, query, both, wanted).matches)
    })
    fc.assert(property, { numRuns: 200 })
  })

  test('scores fall from at most 1, and never tie', () => {
    const { matches } = nearest(1000, 5, new Holdings(100, 500, new Set()), { ...all, k: 50 })
    const scores = matches.map(({ score }) => score)
    expect(scores).toEqual([...new Set(scores)].sort((a, b) => b - a))
    expect(scores[0]).toBeLessThanOrEqual(1)
    expect(scores.at(-1)).toBeGreaterThan(0)
  })

  test('what is not found is not answered, and the next best is', () => {
    const holdings = new Holdings(0, 1000, new Set())
    const exact = nearest(1000, 9, holdings, { ...all, k: 12 }).matches
    const missed = exact[3]!.id
    const { matches, recall } = nearest(1000, 9, holdings, { ...all, finds: (id) => id !== missed, k: 10 })
    expect(matches).toEqual(exact.filter(({ id }) => id !== missed).slice(0, 10))
    expect(recall).toBe(0.9)
  })
})

test('the hash spreads: a share of documents passes a threshold, independent for different names', () => {
  const [a, b] = [hashOf('lang=en'), hashOf('lang=de')]
  let [first, second, both] = [0, 0, 0]
  for (let id = 0; id < 100_000; id++) {
    const passes = [a, b].map((name) => hash(id, name) < 0.3 * 2 ** 32)
    if (passes[0]) first++
    if (passes[1]) second++
    if (passes[0] && passes[1]) both++
  }
  // Standard errors sqrt(0.21 / 100,000) = 0.0014 and sqrt(0.09 · 0.91 / 100,000) = 0.0009.
  expect(Math.abs(first / 1e5 - 0.3)).toBeLessThan(0.006)
  expect(Math.abs(second / 1e5 - 0.3)).toBeLessThan(0.006)
  expect(Math.abs(both / 1e5 - 0.09)).toBeLessThan(0.004)
})
