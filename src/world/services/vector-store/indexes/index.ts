// What an index costs, and what it finds. Vectors are of 4-byte floats, and comparing with one takes reading it: in a row at
// the bandwidth of a core, at random a miss of the caches besides.
// Left out: quantised vectors, and the matrix products by which libraries compare many queries at once.

import type { Nanos } from '../../../../units.ts'

export interface Machine {
  /** Bytes a second that a core reads in a row. */
  readonly coreBandwidth: number
  /** Of a vector that stands anywhere in memory, before its bytes come. */
  readonly accessTime: Nanos
}

/** What all indexes can be told; each takes what is its own. */
export interface IndexTerms extends Machine {
  readonly dimension: number
  readonly connectivity: number
  readonly ef: number
  readonly efConstruction: number
  readonly nlist: number | undefined
  readonly nprobe: number
  /** A curve to be believed instead of the index's own: what is found by ef or nprobe. */
  readonly recall: readonly CurvePoint[] | undefined
  readonly filtering: 'graph' | 'post'
  /** Bytes of vectors that are rather searched one by one. */
  readonly fullScan: number
}

export interface CurvePoint {
  readonly effort: number
  readonly recall: number
}

/** A search for the k nearest of n points, of which a share passes the filter. */
export interface Search {
  readonly points: number
  readonly k: number
  readonly selectivity: number
  /** ef or nprobe, where the request tells one. */
  readonly effort: number | undefined
}

export interface VectorIndex {
  /** Whether searches read memory in bulk, so that its bandwidth is theirs to share. */
  readonly bulk: boolean
  /** Core time of a search, not rounded. */
  cost(search: Search): Nanos
  /** Share of the nearest that are found. */
  recall(search: Search): number
  /** Core time of adding a point to so many others, not rounded. */
  build(points: number): Nanos
  /** Memory of a point besides its vector. */
  readonly linkBytes: number
}

/** Bytes of a vector. */
export const vectorBytes = (dimension: number): number => 4 * dimension

/** Core time of reading so many vectors in a row. */
export const scanTime = (
  { dimension, coreBandwidth }: Pick<IndexTerms, 'dimension' | 'coreBandwidth'>,
  vectors: number,
): Nanos => ((vectors * vectorBytes(dimension)) / coreBandwidth) * 1e9

/** Core time of looking whether a point passes a filter. [G] a look-up in a bitmap. */
const FILTER_TIME = 2

/** Core time of filtering so many points, and reading those in a row that pass. */
export const filteredScan = (terms: IndexTerms, points: number, selectivity: number): Nanos =>
  selectivity === 1 ? scanTime(terms, points) : points * FILTER_TIME + scanTime(terms, points * selectivity)

/** A curve through points, by rising effort, straight between them and level beyond. */
export function along(curve: readonly CurvePoint[], effort: number): number {
  const after = curve.findIndex((point) => point.effort >= effort)
  if (after < 0) return curve.at(-1)!.recall
  const high = curve[after]!
  const low = curve[after - 1]
  if (!low) return high.recall
  return low.recall + ((effort - low.effort) / (high.effort - low.effort)) * (high.recall - low.recall)
}
