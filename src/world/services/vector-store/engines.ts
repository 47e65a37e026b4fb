// What each engine does unless a scenario says otherwise, and from where that is known: [S] its documents or source,
// [P] published, [D] derived, [G] a guess.

import { GiB, MiB, ms, type Nanos, us } from '../../../units.ts'
import type { IndexKind } from './indexes/registry.ts'

export interface EngineSettings {
  readonly index: IndexKind
  readonly connectivity: number
  readonly efConstruction: number
  readonly ef: number
  readonly nprobe: number
  /** Searches and writes at once; 0: as many as there are cores. */
  readonly threads: number
  /** Core time of the front for a search and its answer, and for a write; one thread. */
  readonly searchCost: Nanos
  readonly writeCost: Nanos
  readonly filtering: 'graph' | 'post'
  /** Whether a written point is indexed before the answer, or later. */
  readonly indexing: 'inline' | 'background'
  /** Bytes of vectors that are searched one by one. */
  readonly fullScan: number
  /** Bytes of vectors that wait to be indexed. */
  readonly indexThreshold: number
  readonly persistence: 'none' | 'wal'
  /** Memory of a point, relative to its vector; undefined: what the index takes. */
  readonly memoryFactor: number | undefined
  readonly programMemory: number
}

export const ENGINES = {
  chromadb: {
    index: 'hnsw',
    // [S] docs.trychroma.com, "Configure": max_neighbors 16, ef_construction 100, ef_search 100.
    connectivity: 16,
    efConstruction: 100,
    ef: 100,
    nprobe: 1,
    // [S] "Single-node Chroma: performance": one thread at a time reads or writes an index.
    threads: 1,
    // [D] there: a query takes 13 ms, an insert 30 ms on average (t3.large and more, 1024 dimensions, few documents), of which the
    // index takes 1.5 ms; versions from 1.0 on need 4 ms for a query.
    searchCost: ms(11.5),
    writeCost: ms(28.5),
    // [S] hnswlib: results that do not pass are dropped as they come.
    filtering: 'post',
    indexing: 'inline',
    fullScan: 0,
    indexThreshold: 0,
    // [S] SQLite and its log.
    persistence: 'wal',
    // [D] there: 1.7 M points in 8 GB, 15 M in 64 GB, and so on: 4,383 bytes for a vector of 4,096, besides a gigabyte.
    memoryFactor: 1.07,
    programMemory: GiB,
  },
  qdrant: {
    index: 'hnsw',
    // [S] config.yaml: m 16, ef_construct 100; hnsw_ef is ef_construct unless asked for.
    connectivity: 16,
    efConstruction: 100,
    ef: 100,
    nprobe: 1,
    // [S] max_search_threads 0.
    threads: 0,
    searchCost: us(50),
    writeCost: us(100),
    // [S] "Filtrable HNSW": links among points of a payload, and a full scan where few pass.
    filtering: 'graph',
    // [S] the optimizer builds the graph of a segment when it has indexing_threshold kilobytes of vectors.
    indexing: 'background',
    fullScan: 10_000 * 1024,
    indexThreshold: 20_000 * 1024,
    persistence: 'wal',
    // [S] "Capacity planning": number of vectors · dimension · 4 · 1.5.
    memoryFactor: 1.5,
    programMemory: 100 * MiB,
  },
  faiss: {
    // [S] the library's first example, and exact; [G] that a service of one's own around it takes that.
    index: 'flat',
    // [P] usearch, BENCHMARKS.md, of FAISS's defaults.
    connectivity: 32,
    efConstruction: 40,
    ef: 16,
    // [S] IndexIVF: nprobe 1.
    nprobe: 1,
    // [S] OpenMP: all cores.
    threads: 0,
    // [G] a small HTTP service in Python.
    searchCost: us(500),
    writeCost: us(500),
    filtering: 'post',
    indexing: 'inline',
    fullScan: 0,
    indexThreshold: 0,
    // [S] a library: what is not written to a file by someone is in memory.
    persistence: 'none',
    // [S] "Guidelines to choose an index": 4 d bytes a vector for Flat, 4 d + 8 M for HNSW.
    memoryFactor: undefined,
    programMemory: 100 * MiB,
  },
} as const satisfies Readonly<Record<string, EngineSettings>>
