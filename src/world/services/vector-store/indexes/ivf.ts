// An inverted file (IVFFlat): points in nlist cells; a search reads the centres of all cells, then the points of the nprobe
// nearest. How much it finds: FAISS, benchs/README.md, SIFT1M with IVF16384,Flat, the nearest among the first found [P].
// With fewer cells the same nprobe finds somewhat more, which is left out.

import { along, type CurvePoint, filteredScan, type IndexTerms, scanTime, type VectorIndex } from './index.ts'

const SIFT1M: readonly CurvePoint[] = [
  { effort: 1, recall: 0.4084 },
  { effort: 2, recall: 0.5235 },
  { effort: 4, recall: 0.6332 },
  { effort: 8, recall: 0.7358 },
  { effort: 16, recall: 0.8273 },
  { effort: 32, recall: 0.8957 },
  { effort: 64, recall: 0.9477 },
  { effort: 128, recall: 0.976 },
  { effort: 256, recall: 0.9866 },
  { effort: 512, recall: 0.9907 },
]

/** Bytes of a point's number in its cell. */
const ID_BYTES = 8

export function ivf(terms: IndexTerms): VectorIndex {
  /** "Between 4 and 16 times the root of the number of points" (FAISS, "Guidelines to choose an index"). */
  const cells = (points: number) => terms.nlist ?? Math.max(1, Math.round(4 * Math.sqrt(points)))
  const probes = (points: number, effort = terms.nprobe) => Math.min(effort, cells(points))
  return {
    bulk: true,
    linkBytes: ID_BYTES,
    cost({ points, selectivity, effort }) {
      const share = probes(points, effort) / cells(points)
      return scanTime(terms, cells(points)) + filteredScan(terms, points * share, selectivity)
    },
    recall({ points, effort }) {
      const probed = probes(points, effort)
      return probed === cells(points) ? 1 : along(terms.recall ?? SIFT1M, probed)
    },
    build: (points) => scanTime(terms, cells(points)),
  }
}
