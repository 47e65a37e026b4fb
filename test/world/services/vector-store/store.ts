// A store alone, and a client.

import type { SearchReply, SearchRequest, UpsertReply, UpsertRequest } from '../../../../src/env/index.ts'
import { GiB } from '../../../../src/units.ts'
import type { HostValues } from '../../../../src/world/host.ts'
import { vectorStore } from '../../../../src/world/services/vector-store/vector-store.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService } from '../fixture.ts'

/** Cheap to reckon with: a core reads a vector of 250 numbers in 100 ns, and the front costs nothing. */
export const PLAIN = {
  engine: 'faiss',
  dimension: 250,
  coreBandwidth: 10e9,
  accessTime: 0,
  searchCost: 0,
  writeCost: 0,
  programMemory: 0,
  points: 10_000,
}

export function makeStore(
  values: Readonly<Record<string, unknown>> = {},
  host: Partial<HostValues> = {},
  name = 'store',
) {
  const world = makeWorld({ a: {}, b: { memory: 64 * GiB, memoryBandwidth: 1e15, ...host } }, {}, 'vectors')
  const server = addService(world, 'b', name, vectorStore, { ...PLAIN, ...values })
  const client = addClient(world, 'a')
  const search = (
    queries: readonly number[],
    more: Partial<Omit<SearchRequest, 'reply'>> = {},
    terms = {},
  ) => {
    const request: SearchRequest = { kind: 'vector.search', queries, k: 10, ...more }
    return new Asked<SearchReply>(client, server, request, terms)
  }
  const upsert = (ids: readonly number[], terms = {}) => {
    const request: UpsertRequest = { kind: 'vector.upsert', ids }
    return new Asked<UpsertReply>(client, server, request, terms)
  }
  /** Queries a second with so many clients that always ask. */
  const rate = (clients: number, duration: number): number => {
    let done = 0
    const ask = (client: number): void => {
      search([client]).ended = () => {
        done++
        if (world.simulation.now < duration) ask(client)
      }
    }
    for (let client = 0; client < clients; client++) ask(client)
    world.simulation.run({ until: duration })
    return done / (duration / 1e9)
  }
  return { world, server, client, search, upsert, rate }
}
