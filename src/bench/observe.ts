// How many observations a second the recorder takes: it must not be what limits a simulation of millions of events/s.

import { Account, PARTS } from '../env/account.ts'
import { Recorder } from '../observe/recorder.ts'
import type { Row } from './row.ts'

const RECORDS = 5_000_000
const ROUNDS = 5

/** The best of several rounds: what disturbs a round only ever slows it down. */
function row(name: string, observe: (i: number) => void): Row {
  let least = Number.POSITIVE_INFINITY
  let next = 0
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    for (const end = next + RECORDS; next < end; next++) observe(next)
    least = Math.min(least, performance.now() - began)
  }
  return { name, pending: 0, perSecond: (RECORDS / least) * 1000 }
}

/** Records a second of each instrument, with and without a time series. */
export function measure(): Row[] {
  const recorder = new Recorder()
  const figure = { unit: 'ns', better: 'lower', meaning: 'a figure' } as const
  const series = { series: true }
  const latency = recorder.distribution('latency', figure)
  const latencySeries = recorder.distribution('latency-series', figure, series)
  const queue = recorder.level('queue', figure)
  const queueSeries = recorder.level('queue-series', figure, series)
  const requests = recorder.counter('requests', figure)
  const requestsSeries = recorder.counter('requests-series', figure, series)
  const breakdown = recorder.breakdown(PARTS)
  const account = new Account()
  // Values spread over some 20 powers of two, as latencies are, without a random draw in the measured loop.
  const values = Float64Array.from({ length: 4096 }, (_, i) => 1000 + ((i * 2654435761) % 2 ** 20) * (i % 97))
  const value = (i: number): number => values[i & 4095]!
  return [
    row('distribution', (i) => latency.record(i, value(i))),
    row('distribution, series', (i) => latencySeries.record(i * 100, value(i))),
    row('level', (i) => queue.add(i * 100, 1 - 2 * (i & 1))),
    row('level, series', (i) => queueSeries.add(i * 100, 1 - 2 * (i & 1))),
    row('counter', (i) => requests.add(i * 100)),
    row('counter, series', (i) => requestsSeries.add(i * 100)),
    row('breakdown', (i) => {
      account.parts[0] = value(i)
      breakdown.record(value(i), account)
    }),
  ]
}
