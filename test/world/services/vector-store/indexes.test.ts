import { describe, expect, test } from 'vitest'
import { flat } from '../../../../src/world/services/vector-store/indexes/flat.ts'
import { hnsw } from '../../../../src/world/services/vector-store/indexes/hnsw.ts'
import { along, type IndexTerms } from '../../../../src/world/services/vector-store/indexes/index.ts'
import { ivf } from '../../../../src/world/services/vector-store/indexes/ivf.ts'

const TERMS: IndexTerms = {
  dimension: 256,
  coreBandwidth: 15e9,
  accessTime: 100,
  connectivity: 16,
  ef: 64,
  efConstruction: 128,
  nlist: undefined,
  nprobe: 1,
  recall: undefined,
  filtering: 'post',
  fullScan: 0,
}
const MILLION = { points: 1_000_000, k: 10, selectivity: 1, effort: undefined }

describe('flat', () => {
  test('reads n · d · 4 bytes, and finds all', () => {
    const index = flat(TERMS)
    // 1,024,000,000 bytes at 15 GB/s.
    expect(index.cost(MILLION)).toBeCloseTo(68_266_666.67, 1)
    expect(index.cost({ ...MILLION, points: 500_000 }) / index.cost(MILLION)).toBe(0.5)
    expect(flat({ ...TERMS, dimension: 512 }).cost(MILLION) / index.cost(MILLION)).toBe(2)
    expect(index.recall(MILLION)).toBe(1)
  })

  test('with a filter looks at each, and reads those that pass', () => {
    expect(flat(TERMS).cost({ ...MILLION, selectivity: 0.1 })).toBeCloseTo(2_000_000 + 6_826_666.67, 1)
  })
})

describe('hnsw', () => {
  // usearch, BENCHMARKS.md: queries and additions a second of UForm Wiki's million vectors on 64 cores.
  for (const [ef, connectivity, queries] of [
    [64, 16, 131_654],
    [64, 12, 149_728],
    [64, 32, 104_050],
    [32, 16, 228_422],
    [128, 16, 69_065],
  ] as const)
    test(`ef ${ef}, M ${connectivity}: ${queries} queries a second on 64 cores, as published, within 5 %`, () => {
      const found = 64e9 / hnsw({ ...TERMS, ef, connectivity }).cost(MILLION)
      expect(Math.abs(found / queries - 1)).toBeLessThan(0.05)
    })

  for (const [efConstruction, connectivity, additions] of [
    [128, 16, 75_640],
    [128, 12, 81_747],
    [128, 32, 64_368],
    [64, 16, 128_644],
    [256, 16, 39_981],
  ] as const)
    test(`ef_construction ${efConstruction}, M ${connectivity}: ${additions} additions a second, within 13 %`, () => {
      const found = 64e9 / hnsw({ ...TERMS, efConstruction, connectivity }).build(1_000_000)
      expect(Math.abs(found / additions - 1)).toBeLessThan(0.13)
    })

  test('grows with the logarithm of the points, and never beyond reading them all', () => {
    const index = hnsw(TERMS)
    const at = (points: number) => index.cost({ ...MILLION, points })
    expect(at(1e6) - at(1e5)).toBeCloseTo(at(1e5) - at(1e4), 3)
    expect(at(100)).toBeCloseTo(100 * (100 + 1024 / 15), 6)
  })

  test('keeps k candidates at least', () => {
    const index = hnsw({ ...TERMS, ef: 10 })
    expect(index.cost({ ...MILLION, k: 64 })).toBe(index.cost({ ...MILLION, effort: 64 }))
    expect(index.recall({ ...MILLION, k: 64 })).toBe(0.993)
  })

  test('finds as much as was published, or as it is told', () => {
    const found = (effort: number, terms = TERMS) => hnsw(terms).recall({ ...MILLION, effort })
    expect([16, 32, 64].map((ef) => found(ef))).toEqual([0.921, 0.972, 0.993])
    expect(found(48)).toBeCloseTo(0.9825, 10)
    expect(found(5000)).toBe(0.999)
    expect(found(50, { ...TERMS, recall: [{ effort: 50, recall: 0.7 }] })).toBe(0.7)
  })

  test('filters: a graph made for them costs no more, and a few that pass are read; another pays for all it drops', () => {
    const whole = hnsw(TERMS).cost(MILLION)
    const graph = hnsw({ ...TERMS, filtering: 'graph', fullScan: 10_240_000 })
    expect(graph.cost({ ...MILLION, selectivity: 0.5 })).toBe(whole)
    // 10,000 vectors of 1,024 bytes are 10.24 MB.
    expect(graph.cost({ ...MILLION, selectivity: 0.01 })).toBeCloseTo(10_000 * (100 + 1024 / 15), 3)
    expect(graph.recall({ ...MILLION, selectivity: 0.01 })).toBe(1)
    expect(graph.recall({ ...MILLION, selectivity: 0.5 })).toBe(0.993)
    const post = hnsw(TERMS)
    expect(post.cost({ ...MILLION, selectivity: 0.1 }) / whole).toBeCloseTo(10, 10)
    expect(post.cost({ ...MILLION, selectivity: 0.0001 })).toBeCloseTo(1e6 * (100 + 1024 / 15), 3)
  })

  test('reads a small collection one by one where the engine does', () => {
    const small = { ...MILLION, points: 10_000 }
    const index = hnsw({ ...TERMS, fullScan: 10_240_000 })
    expect(index.cost(small)).toBe(flat(TERMS).cost(small))
    expect(index.recall(small)).toBe(1)
  })
})

describe('ivf', () => {
  test('reads the centres and its share of the points', () => {
    const index = ivf({ ...TERMS, nlist: 1000, nprobe: 10 })
    // 1,000 centres, and 1 % of a million.
    expect(index.cost(MILLION)).toBeCloseTo(11_000 * (1024 / 15), 3)
    expect(index.build(5)).toBeCloseTo(1000 * (1024 / 15), 6)
    expect(ivf({ ...TERMS, nprobe: 4000 }).cost(MILLION)).toBeCloseTo(1_004_000 * (1024 / 15), 1)
  })

  // FAISS, benchs/README.md: SIFT1M, IVF16384,Flat.
  test('finds as much as FAISS’s own benchmark, and all where every cell is read', () => {
    const index = ivf({ ...TERMS, nlist: 16_384 })
    const found = [1, 8, 64, 512].map((effort) => index.recall({ ...MILLION, effort }))
    expect(found).toEqual([0.4084, 0.7358, 0.9477, 0.9907])
    expect(index.recall({ ...MILLION, effort: 16_384 })).toBe(1)
    expect(ivf({ ...TERMS, nlist: 4 }).recall({ ...MILLION, effort: 9 })).toBe(1)
  })
})

test('a curve is straight between its points and level beyond', () => {
  const curve = [
    { effort: 10, recall: 0.5 },
    { effort: 20, recall: 0.9 },
  ]
  expect([1, 10, 15, 20, 99].map((effort) => along(curve, effort))).toEqual([0.5, 0.5, 0.7, 0.9, 0.9])
})
