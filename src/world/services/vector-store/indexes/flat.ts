// No index: every search reads every vector, and finds what there is.

import { filteredScan, type IndexTerms, scanTime, type VectorIndex } from './index.ts'

export const flat = (terms: IndexTerms): VectorIndex => ({
  bulk: true,
  linkBytes: 0,
  cost: ({ points, selectivity }) => filteredScan(terms, points, selectivity),
  recall: () => 1,
  build: () => scanTime(terms, 1),
})
