// What can be set on a vector store, and what it observes.

import {
  bandwidth,
  bytes,
  choice,
  count,
  duration,
  flag,
  list,
  number,
  optional,
  ratio,
  record,
  type Values,
} from '../../../parameters.ts'
import { LARGEST_CORPUS } from './corpus.ts'

const ENGINE = 'the engine’s, see engines.ts'

export const parameters = {
  engine: choice(['chromadb', 'qdrant', 'faiss'], {
    meaning:
      'whose defaults hold: chromadb (HNSW, one thread, a slow front), qdrant (HNSW, all cores, indexed later), faiss (flat, all cores, nothing kept)',
    default: 'qdrant',
  }),
  index: optional(
    choice(['flat', 'hnsw', 'ivf'], { meaning: 'every vector, a graph, or cells', source: ENGINE }),
  ),
  dimension: count({
    meaning: 'numbers of a vector, of 4 bytes each',
    default: 768,
    min: 1,
    max: 1_000_000,
    source: '[G] nomic-embed-text and other models of its size',
  }),
  points: count({
    meaning: 'documents that it has from the start',
    default: 100_000,
    max: LARGEST_CORPUS,
    source: '[G]',
  }),
  first: count({ meaning: 'the first of them, by its place in the corpus', default: 0, max: LARGEST_CORPUS }),
  corpus: optional(
    count({
      meaning: 'documents that there are in all, whoever has them; left out: those it has from the start',
      min: 1,
      max: LARGEST_CORPUS,
    }),
  ),
  connectivity: optional(count({ meaning: 'hnsw: links of a point (M)', min: 2, max: 1024, source: ENGINE })),
  ef: optional(count({ meaning: 'hnsw: candidates kept in a search, at least k', min: 1, source: ENGINE })),
  efConstruction: optional(
    count({ meaning: 'hnsw: candidates kept when a point is added', min: 1, source: ENGINE }),
  ),
  nlist: optional(count({ meaning: 'ivf: cells; left out: 4 times the root of the points', min: 1 })),
  nprobe: optional(count({ meaning: 'ivf: cells that a search reads', min: 1, source: ENGINE })),
  recall: optional(
    list(
      record(
        {
          effort: count({ meaning: 'ef or nprobe', min: 1 }),
          recall: ratio({ meaning: 'share of the nearest that are found' }),
        },
        { meaning: 'a point of the curve' },
      ),
      {
        meaning:
          'what is found by ef or nprobe, rising, instead of the published curves of SIFT1M and of UForm Wiki',
        max: 1000,
      },
    ),
  ),
  threads: optional(
    count({ meaning: 'searches and writes at once; more wait. 0: one a core', max: 1024, source: ENGINE }),
  ),
  searchCost: optional(
    duration({
      meaning: 'core time of its front, which is one thread, for a search request',
      source: ENGINE,
    }),
  ),
  writeCost: optional(duration({ meaning: 'core time of its front for a write request', source: ENGINE })),
  coreBandwidth: bandwidth({
    meaning: 'memory bandwidth that one core can use',
    default: 15e9,
    min: 1,
    source: '[D] llama-bench’s README, as for Ollama',
  }),
  accessTime: duration({
    meaning: 'time until a vector anywhere in memory begins to come',
    default: 100,
    source: '[G] DRAM, 80 to 120 ns',
  }),
  filtering: optional(
    choice(['graph', 'post'], {
      meaning: 'hnsw: links among those that pass, or results dropped that do not',
      source: ENGINE,
    }),
  ),
  fullScan: optional(
    bytes({ meaning: 'hnsw: size of vectors up to which they are read one by one', source: ENGINE }),
  ),
  indexing: optional(
    choice(['inline', 'background'], {
      meaning: 'whether a written point is indexed before the answer',
      source: ENGINE,
    }),
  ),
  indexThreshold: optional(
    bytes({ meaning: 'background: size of vectors that wait until a graph is made of them', source: ENGINE }),
  ),
  indexThreads: count({
    meaning: 'background: cores that index',
    default: 1,
    min: 1,
    max: 1024,
    source: '[G]',
  }),
  persistence: optional(
    choice(['none', 'wal'], { meaning: 'whether what was written is there after a crash', source: ENGINE }),
  ),
  memoryFactor: optional(
    number({ meaning: 'memory of a point, relative to its vector', min: 1, max: 100, source: ENGINE }),
  ),
  programMemory: optional(bytes({ meaning: 'memory besides that of the points', source: ENGINE })),
  loaded: flag({
    meaning:
      'whether it is loaded at the beginning of the run; after a crash it reads its points from the disk',
    default: true,
  }),
} as const

export type VectorStoreValues = Values<typeof parameters>

export const metrics = {
  latency: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the arrival of a search to its answer',
  },
  searches: { observed: 'count', unit: 'count', better: 'higher', meaning: 'queries answered' },
  recall: {
    observed: 'value',
    unit: 'ratio',
    better: 'higher',
    meaning: 'share of the nearest that a query’s answer has',
  },
  wait: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time that queries and writes wait for a thread',
  },
  added: { observed: 'count', unit: 'count', better: 'neither', meaning: 'points added' },
  refused: { observed: 'count', unit: 'count', better: 'lower', meaning: 'requests refused' },
  load: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time of reading its points after a start',
  },
} as const
