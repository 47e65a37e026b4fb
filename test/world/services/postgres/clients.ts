// A server alone, and clients that ask it again and again.

import { expect } from 'vitest'
import type { SqlReply, SqlRequest, SqlStatement } from '../../../../src/env/index.ts'
import type { HostValues } from '../../../../src/world/host.ts'
import { postgres } from '../../../../src/world/services/postgres/postgres.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService } from '../fixture.ts'

export const constant = (value: number) => ({ kind: 'constant', value })

/** Core times that are easy to reckon with: none, unless stated. */
export const FREE = { connectCost: 0, statementCost: 0, readCost: 0, writeCost: 0, rowCost: 0 }

export function makeServer(values: Readonly<Record<string, unknown>> = {}, host: Partial<HostValues> = {}) {
  const world = makeWorld({ a: {}, b: { cores: 64, ...host } }, {}, 'postgres')
  const server = addService(world, 'b', 'pg', postgres, values)
  const client = addClient(world, 'a')
  const send = (request: SqlRequest, terms = {}) => new Asked<SqlReply>(client, server, request, terms)
  const ask = (...statements: SqlStatement[]) => send({ kind: 'sql', statements })
  return { world, server, client, send, ask }
}

/** Transactions a second, once the connections are open. */
export function closedLoop(
  clients: number,
  request: (client: number) => SqlRequest,
  values: Readonly<Record<string, unknown>>,
  { duration, host }: { duration: number; host?: Partial<HostValues> },
) {
  const { world, send } = makeServer(values, host)
  const warmUp = duration / 10
  let done = 0
  let latencies = 0
  const ask = (client: number): void => {
    send(request(client)).ended = ({ latency, account, error }) => {
      expect(error).toBe(undefined)
      expect(account.total).toBe(latency)
      if (world.simulation.now > warmUp) {
        done++
        latencies += latency
      }
      ask(client)
    }
  }
  for (let client = 0; client < clients; client++) ask(client)
  world.simulation.run({ until: duration })
  return { world, rate: done / ((duration - warmUp) / 1e9), latency: latencies / done }
}
