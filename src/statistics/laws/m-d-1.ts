// M/D/1: one server, Poisson arrivals, a service time that is always the same.

import { duration, rate } from '../../parameters.ts'
import {
  defineLaw,
  NANOS_PER_SECOND,
  openQueue,
  QUEUE_FIGURES,
  requirePositive,
  requireStable,
} from './law.ts'
import { pollaczekKhinchine } from './m-g-1.ts'

const { wait, sojourn, queue, number, utilisation, throughput } = QUEUE_FIGURES

export const md1 = defineLaw({
  name: 'm/d/1',
  meaning: 'one server, Poisson arrivals, constant service time, first come first served',
  source: 'Erlang 1909; Kleinrock, Queueing Systems 1 (1975), 5.6',
  parameters: {
    arrivalRate: rate({ meaning: 'arrivals' }),
    serviceTime: duration({ meaning: 'service time' }),
  },
  figures: [wait, sojourn, queue, number, utilisation, throughput],
  evaluate({ arrivalRate, serviceTime }) {
    requirePositive('m/d/1', { arrivalRate, serviceTime })
    const busy = requireStable('m/d/1', (arrivalRate * serviceTime) / NANOS_PER_SECOND)
    return openQueue(arrivalRate, pollaczekKhinchine(busy, serviceTime, 0), serviceTime, busy)
  },
})
