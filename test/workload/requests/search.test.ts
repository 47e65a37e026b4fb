import { expect, test } from 'vitest'
import type { SearchRequest } from '../../../src/env/clients/vector.ts'
import { search } from '../../../src/workload/requests/search.ts'
import { drawn, streams } from './drawn.ts'

const values = { k: 5, batch: 3, queries: 4, effort: undefined, filter: undefined, dimension: 100 }

test('queries are drawn alike, so many in a request, whose size is that of their vectors', () => {
  const found = drawn<SearchRequest>(search.create(values, streams('1')), 4000)
  expect(found[0]).toMatchObject({ kind: 'vector.search', k: 5, bytes: 3000 })
  const all = found.flatMap(({ queries }) => queries)
  expect(all.length).toBe(12_000)
  // Standard error sqrt(0.25 · 0.75 / 12,000) = 0.004.
  for (let query = 0; query < 4; query++)
    expect(Math.abs(all.filter((each) => each === query).length / all.length - 0.25)).toBeLessThan(0.02)
})

test('effort and filter are passed on where given', () => {
  const filter = { name: 'lang=en', selectivity: 0.1 }
  const [request] = drawn<SearchRequest>(search.create({ ...values, effort: 64, filter }, streams('1')), 1)
  expect(request).toMatchObject({ effort: 64, filter })
  const [plain] = drawn<SearchRequest>(search.create(values, streams('1')), 1)
  expect(Object.keys(plain!)).toEqual(['kind', 'queries', 'k', 'bytes'])
})
