// Requests and replies of a vector store. Vectors are told by numbers: a query's by any number, the same for the same vector to
// every store; a document's by its place in the corpus. How near a document is to a query follows from the two alone, so that
// what several stores answer can be merged.

import type { Message, Request } from '../env.ts'

export interface SearchRequest extends Request<SearchReply> {
  readonly kind: 'vector.search'
  readonly queries: readonly number[]
  /** How many of the nearest are asked for, for each query. */
  readonly k: number
  /** ef or nprobe, instead of the store's own. */
  readonly effort?: number
  /** Only documents that pass: this share of all, the same ones by the same name. */
  readonly filter?: { readonly name: string; readonly selectivity: number }
}

export interface Match {
  readonly id: number
  /** From 1, the nearest of the corpus, down to 0. */
  readonly score: number
}

export interface SearchReply extends Message {
  readonly kind: 'vector.matches'
  /** For each query, the best first. */
  readonly matches: readonly (readonly Match[])[]
}

export interface UpsertRequest extends Request<UpsertReply> {
  readonly kind: 'vector.upsert'
  readonly ids: readonly number[]
}

export interface UpsertReply extends Message {
  readonly kind: 'vector.upserted'
  /** How many of them the store did not have. */
  readonly added: number
}
