// The kinds of index there are.

import { flat } from './flat.ts'
import { hnsw } from './hnsw.ts'
import type { IndexTerms, VectorIndex } from './index.ts'
import { ivf } from './ivf.ts'

export const indexes = { flat, hnsw, ivf } as const satisfies Readonly<
  Record<string, (terms: IndexTerms) => VectorIndex>
>

export type IndexKind = keyof typeof indexes
