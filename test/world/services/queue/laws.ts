// Stations under arrivals of their own, for comparison with closed forms. One millisecond is the unit of time.

import { expect } from 'vitest'
import { type JobRequest, QUEUE } from '../../../../src/env/index.ts'
import { ms } from '../../../../src/units.ts'
import { queue } from '../../../../src/world/services/queue/queue.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, batchMeans } from '../fixture.ts'

export interface Experiment {
  readonly customers: number
  /** Arrivals per ms, exponential. */
  readonly rate: number
  readonly values: Readonly<Record<string, unknown>>
  /** What the nth customer brings, given a uniform number. */
  readonly job?: (n: number, uniform: number) => Partial<JobRequest>
  readonly stations?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Served customers, in the order of their coming, in ms. */
export interface Customer {
  readonly job: Partial<JobRequest>
  readonly wait: number
  readonly sojourn: number
  readonly blocked: boolean
}

export const exponential = (mean: number) => ({ kind: 'exponential', mean: ms(mean) })
export const constant = (value: number) => ({ kind: 'constant', value: ms(value) })

/** An open station (Poisson arrivals), without the first tenth of the customers. */
export function observe({
  customers,
  rate,
  values,
  job = () => ({}),
  stations = {},
}: Experiment): Customer[] {
  const world = makeWorld({ a: {} }, {}, 'laws')
  for (const [name, of] of Object.entries(stations)) addService(world, 'a', name, queue, of)
  const station = addService(world, 'a', 'station', queue, values)
  const client = addClient(world, 'a')
  const arrivals = world.streams.stream('arrivals')
  const mixes = world.streams.stream('mix')
  const seen: Customer[] = []
  let n = 0
  const arrive = (): void => {
    const i = n++
    const own = job(i, mixes.uniform())
    new Asked(client, station, { kind: 'job', ...own } as JobRequest, {}, ({ account, latency, error }) => {
      // The parts of the time sum to the whole.
      if (account.total !== latency) throw new Error(`${account.total} of ${latency} ns booked`)
      seen[i] = { job: own, wait: account.parts[QUEUE]! / 1e6, sojourn: latency / 1e6, blocked: !!error }
    })
    if (n < customers) at(world, next(), arrive)
  }
  const next = () => world.simulation.now + Math.round(arrivals.exponential(1e6 / rate))
  at(world, next(), arrive)
  world.simulation.run()
  expect(seen.length).toBe(customers)
  return seen.slice(customers / 10)
}

export const waits = (seen: readonly Customer[]) => seen.filter((c) => !c.blocked).map((c) => c.wait)
export const sojourns = (seen: readonly Customer[]) => seen.filter((c) => !c.blocked).map((c) => c.sojourn)

/** The mean is the law's, within four standard errors, and these are small enough to tell. */
export function expectMean(values: readonly number[], law: number, precision = 0.05): void {
  const { mean, error } = batchMeans(values)
  expect(error, `standard error of a mean of ${mean}`).toBeLessThan(precision * law)
  expect(Math.abs(mean - law) / error, `${mean} ± ${error} against ${law}`).toBeLessThan(4)
}

/** Probability of waiting in M/M/c with offered load `a` (Erlang C). */
export function erlangC(c: number, a: number): number {
  let term = 1
  let sum = 0
  for (let k = 0; k < c; k++) {
    sum += term
    term *= a / (k + 1)
  }
  const all = (term * c) / (c - a)
  return all / (sum + all)
}
