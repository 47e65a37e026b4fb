// Searches of a vector store: queries drawn from so many different ones, equally likely.

import type { SearchRequest } from '../../env/clients/vector.ts'
import { count, optional, ratio, record, text } from '../../parameters.ts'
import { defineRequest } from './request-kind.ts'
import { VECTOR_BYTES } from './upsert.ts'

export const search = defineRequest({
  name: 'search',
  meaning: 'a search of a vector store for the nearest of one query or several',
  parameters: {
    k: count({ meaning: 'how many of the nearest', default: 10, min: 1, max: 100_000 }),
    batch: count({ meaning: 'queries in one request', default: 1, min: 1, max: 10_000 }),
    queries: count({
      meaning: 'how many different queries there are',
      default: 1_000_000,
      min: 1,
      max: 2 ** 32,
    }),
    effort: optional(count({ meaning: "ef or nprobe, instead of the store's own", min: 1 })),
    filter: optional(
      record(
        {
          name: text({ meaning: 'the same documents pass by the same name', default: 'filter' }),
          selectivity: ratio({ meaning: 'share of the documents that pass', min: 0.0001 }),
        },
        { meaning: 'only documents that pass' },
      ),
    ),
    dimension: count({
      meaning: 'numbers of a vector, for the size of the request',
      default: 768,
      min: 1,
      max: 1_000_000,
    }),
  },
  create({ k, batch, queries, effort, filter, dimension }, streams) {
    const random = streams('query')
    return (): SearchRequest => ({
      kind: 'vector.search',
      queries: Array.from({ length: batch }, () => random.integer(queries)),
      k,
      bytes: batch * dimension * VECTOR_BYTES,
      ...(effort === undefined ? {} : { effort }),
      ...(filter === undefined ? {} : { filter }),
    })
  },
})
