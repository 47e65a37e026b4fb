// A navigable small world (HNSW): a search goes down ln n / ln M layers with a few hops of M comparisons each, and then keeps
// ef candidates, for each of which it looks at those of its neighbours it has not seen. Comparisons, fitted to five published
// throughputs of one million vectors of 256 dimensions on 64 cores (usearch, BENCHMARKS.md: M 12, 16, 32; ef 32, 64, 128):
//   5.05 M ln n / ln M + ef (29 + 0.59 M), within 5 % of each where a comparison takes 100 ns and 1 KiB at 15 GB/s.
// Adding a point takes a search with ef_construction, within 12 % of their five rates of adding. What is found: ef 16 from FAISS
// (bench_hnsw, SIFT1M), 32 and 64 from usearch, the nearest among the first found [P]; 10 and 128 on [G].
// Left out: the bandwidth of the memory, as its caches hold what is near the entry.

import {
  along,
  type CurvePoint,
  filteredScan,
  type IndexTerms,
  scanTime,
  type VectorIndex,
  vectorBytes,
} from './index.ts'

const HOPS = 5.05
const BY_EF = 29
const BY_LINK = 0.59

const PUBLISHED: readonly CurvePoint[] = [
  { effort: 1, recall: 0.5 },
  { effort: 10, recall: 0.87 },
  { effort: 16, recall: 0.921 },
  { effort: 32, recall: 0.972 },
  { effort: 64, recall: 0.993 },
  { effort: 128, recall: 0.995 },
  { effort: 512, recall: 0.999 },
]

export function hnsw(terms: IndexTerms): VectorIndex {
  const { dimension, connectivity, accessTime, fullScan } = terms
  const comparison = accessTime + scanTime(terms, 1)
  const effortOf = (k: number, effort = terms.ef) => Math.max(effort, k)
  const comparisons = (points: number, ef: number) =>
    HOPS * connectivity * (Math.log(Math.max(1, points)) / Math.log(connectivity)) +
    ef * (BY_EF + BY_LINK * connectivity)
  /** No search compares with more points than there are. */
  const descent = (points: number, ef: number) => Math.min(points, comparisons(points, ef)) * comparison
  const scans = (points: number) => points * vectorBytes(dimension) <= fullScan
  return {
    bulk: false,
    // Two M links of 4 bytes on the lowest layer; the others add one in M.
    linkBytes: 8 * connectivity,
    cost({ points, k, selectivity, effort }) {
      if (scans(points)) return filteredScan(terms, points, selectivity)
      const graph = descent(points, effortOf(k, effort))
      if (selectivity === 1) return graph
      // A graph made for filters keeps its links among those that pass; where these are few it reads them one by one. Another
      // goes on until it has met enough of them.
      if (terms.filtering === 'post') return Math.min(graph / selectivity, points * comparison)
      return scans(points * selectivity) ? points * selectivity * comparison : graph
    },
    recall({ points, k, selectivity, effort }) {
      const exact = scans(points) || (terms.filtering === 'graph' && scans(points * selectivity))
      return exact ? 1 : along(terms.recall ?? PUBLISHED, effortOf(k, effort))
    },
    build: (points) => descent(points, terms.efConstruction),
  }
}
