// M/M/c: c servers with one queue (Erlang C). Erlang B by its recursion, which neither overflows nor cancels.

import { count, rate } from '../../parameters.ts'
import {
  defineLaw,
  NANOS_PER_SECOND,
  openQueue,
  QUEUE_FIGURES,
  requirePositive,
  requireStable,
} from './law.ts'

const { wait, sojourn, queue, number, utilisation, throughput, delayed } = QUEUE_FIGURES

export const mmc = defineLaw({
  name: 'm/m/c',
  meaning: 'c servers with one queue, Poisson arrivals, exponential service',
  source: 'Erlang 1917; Kleinrock, Queueing Systems 1 (1975), 3.5',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals' }),
    serviceRate: rate({ meaning: 'what one server can serve' }),
    servers: count({ meaning: 'how many servers', min: 1, max: 1e7, default: 1 }),
  },
  figures: [wait, sojourn, queue, number, utilisation, throughput, delayed],
  evaluate({ arrivalRate, serviceRate, servers }) {
    requirePositive('m/m/c', { arrivalRate, serviceRate, servers })
    const busy = requireStable('m/m/c', arrivalRate / serviceRate / servers)
    const waits = erlangC(servers, arrivalRate / serviceRate)
    const service = NANOS_PER_SECOND / serviceRate
    const figures = openQueue(arrivalRate, (waits * service) / (servers * (1 - busy)), service, busy)
    return { ...figures, delayed: waits }
  },
})

/** The probability that all servers are busy where nobody waits (M/M/c/c); `load` in erlang. */
export function erlangB(servers: number, load: number): number {
  let blocking = 1
  for (let n = 1; n <= servers; n++) blocking = (load * blocking) / (n + load * blocking)
  return blocking
}

/** The probability that an arrival has to wait; `load` in erlang, below the number of servers. */
export function erlangC(servers: number, load: number): number {
  const blocking = erlangB(servers, load)
  return blocking / (1 - (load / servers) * (1 - blocking))
}
