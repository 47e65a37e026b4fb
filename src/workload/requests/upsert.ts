// Writes to a vector store: documents of the corpus, one after the other.

import type { UpsertRequest } from '../../env/clients/vector.ts'
import { ScenarioError } from '../../errors.ts'
import { count } from '../../parameters.ts'
import { defineRequest } from './request-kind.ts'

/** Bytes of one number of a vector, as JSON. */
export const VECTOR_BYTES = 10

export const upsert = defineRequest({
  name: 'upsert',
  meaning:
    'a write of documents to a vector store, each the next of the corpus, and from its first again after its last',
  parameters: {
    batch: count({ meaning: 'documents in one request', default: 1, min: 1, max: 100_000 }),
    from: count({ meaning: 'the first to be written', default: 0 }),
    corpus: count({ meaning: 'how many documents there are', min: 1, max: 2 ** 26 }),
    dimension: count({
      meaning: 'numbers of a vector, for the size of the request',
      default: 768,
      min: 1,
      max: 1_000_000,
    }),
  },
  create({ batch, from, corpus, dimension }) {
    if (from >= corpus)
      throw new ScenarioError(`invalid from: ${from}; expected less than corpus, which is ${corpus}`)
    let next = from
    return (): UpsertRequest => {
      const ids = Array.from({ length: batch }, (_, i) => (next + i) % corpus)
      next = (next + batch) % corpus
      return { kind: 'vector.upsert', ids, bytes: batch * dimension * VECTOR_BYTES }
    }
  },
})
